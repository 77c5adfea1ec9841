-- The person of the OpenID provider to whom an officer is to be bound, where that is what was asked for: issuer, a space, subject.
ALTER TABLE officer_changes ADD COLUMN subject TEXT;
