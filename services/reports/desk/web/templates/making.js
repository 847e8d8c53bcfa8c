// Shows how a report is coming along without loading the page again. Without scripts the page does that by itself.
const shown = document.getElementById("tien-do");

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.status >= 500) throw new Error(`it answers ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("tien-do");
    if (!now) return location.reload(); // signed out, or forgotten: that page says so
    if (now.innerHTML !== shown.innerHTML) shown.replaceChildren(...now.childNodes);
    shown.dataset.ended = now.dataset.ended;
    document.title = page.title;
  } catch {
    // The service is away for a moment: what is shown stays, and is asked for again.
  }
  again();
}

function again() {
  if (shown.dataset.ended !== "yes") setTimeout(look, 1000);
}

again();
