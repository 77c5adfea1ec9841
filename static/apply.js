// Helps to fill applications in. Everything works without it: a secret is typed, and a file is sent whole by the form.
"use strict";
(() => {
  // A link that was kept bears the secret behind its "#", where no server sees it: into the field, and out of the address.
  for (const form of document.querySelectorAll("form[data-secret]")) {
    const field = form.elements[form.dataset.secret];
    const secret = decodeURIComponent(location.hash.slice(1));
    if (field && /^[0-9A-Za-z-]{20,48}$/.test(secret)) {
      field.value = secret;
      history.replaceState(null, "", location.pathname + location.search);
    }
  }
  // Files go up in pieces, so that a broken line costs a piece and not the whole.
  const english = document.documentElement.lang.startsWith("en");
  const say = (zh, en) => (english ? en : zh);
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const MOST_TRIES = 8;
  for (const form of document.querySelectorAll("form[data-pieces]")) {
    if (!window.fetch || !window.File) break;
    const said = document.createElement("p");
    const bar = document.createElement("progress");
    said.setAttribute("role", "status");
    said.className = "upload-said";
    bar.hidden = true;
    bar.setAttribute("aria-label", say("上传进度", "Progress of the upload"));
    form.append(bar, said);
    const address = form.dataset.pieces;
    const token = form.elements.token.value;
    const refused = (text) => Object.assign(new Error(text), { told: true });
    // one request; what the server refuses in words is not tried again, what the line broke is
    const ask = async (url, options) => {
      for (let tries = 0; ; tries += 1) {
        try {
          const res = await fetch(url, { method: "POST", credentials: "same-origin", redirect: "manual", ...options });
          if (res.ok) return await res.json();
          if (res.status === 422) throw refused((await res.json()).wrong);
          if (res.status !== 429 && res.status < 500) throw Object.assign(new Error("gone"), { gone: true });
          const after = Number(res.headers.get("retry-after"));
          if (after > 0 && after <= 120) await wait(after * 1000);
        } catch (error) {
          if (error.told || error.gone) throw error;
        }
        if (tries >= MOST_TRIES) throw refused(say("网络中断，请稍后再点上传：已传部分会保留，从中断处继续", "The line is down. Upload again later: what is here is kept and it goes on from there"));
        said.textContent = say("网络不稳定，正在重试……", "The line is unsteady, trying again …");
        await wait(Math.min(1000 * 2 ** tries, 30000));
      }
    };
    const send = async (file) => {
      const begin = new URLSearchParams({ token, name: file.name, bytes: file.size, changed: file.lastModified, purpose: form.elements.purpose.value, about: form.elements.about ? form.elements.about.value : "all" });
      let state = await ask(address, { body: begin });
      bar.max = file.size;
      bar.hidden = false;
      while (!state.done) {
        bar.value = state.at;
        const part = Math.floor((100 * state.at) / file.size);
        said.textContent = say(`正在上传 ${part}%`, `Uploading: ${part}%`);
        const body = file.slice(state.at, state.at + state.piece);
        state = await ask(`${address}/${state.upload}/${state.at}`, {
          body,
          headers: { "content-type": "application/octet-stream", "gongshi-token": token },
        });
      }
      bar.value = file.size;
    };
    // the words beside the file are kept, too: the form is sent without the file once the file is here
    const rest = () => {
      if (!form.elements.text) return location.reload();
      form.elements.file.value = "";
      const then = document.createElement("input");
      then.type = "hidden";
      then.name = "then";
      then.value = "kept";
      form.append(then);
      return HTMLFormElement.prototype.submit.call(form);
    };
    let busy = false;
    form.addEventListener("submit", async (event) => {
      const file = form.elements.file.files[0];
      const asked = event.submitter && event.submitter.value;
      // without a file, or to go on, the form does it itself
      if (!file || asked === "check") return;
      event.preventDefault();
      const asks = [form.elements.purpose, form.elements.about].filter(Boolean);
      if (busy || !asks.every((field) => field.reportValidity())) return;
      busy = true;
      try {
        await send(file);
        rest();
      } catch (error) {
        bar.hidden = true;
        if (error.gone) return rest();
        said.textContent = error.told ? error.message : say("上传没有成功，请再试一次", "The upload failed, try again");
        said.classList.add("error");
      } finally {
        busy = false;
      }
    });
  }
})();
