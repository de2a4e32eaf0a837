// Runs once, when the conversation is on the page; Gradio passes `element` and `trigger`.
const find = (selector) => document.querySelector(selector);
const busy = () => element.querySelector("[data-busy]") !== null;

// Example questions and "Ask again".
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-ask]");
  if (asked && !busy()) {
    trigger("ask", { question: asked.dataset.ask });
  }
});

// While an answer streams, Enter must not send (the text stays in the box), and the Enter
// that ends the composition of a Chinese or Japanese word is not the end of the question.
document.addEventListener(
  "keydown",
  (event) => {
    const sends = event.key === "Enter" && !event.shiftKey && event.target.closest("#p-box");
    if (sends && (busy() || event.isComposing)) {
      event.stopPropagation();
      if (!event.isComposing) {
        event.preventDefault();
      }
    }
  },
  true,
);

// A new question goes to the top of the window and its answer grows below it, so that
// nothing moves under the reader's eyes.
let turns = element.querySelectorAll(".p-turn").length;
new MutationObserver(() => {
  const all = element.querySelectorAll(".p-turn");
  if (all.length > turns) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    all[all.length - 1].scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }
  turns = all.length;
}).observe(element, { childList: true, subtree: true });

// An answer whose server has gone would otherwise be waited for without end.
setInterval(async () => {
  if (!busy()) {
    return;
  }
  const lost = await fetch("robots.txt", { cache: "no-store" }).then(
    () => false,
    () => true,
  );
  const wait = element.querySelector("[data-busy]");
  if (lost && wait) {
    wait.removeAttribute("data-busy");
    wait.textContent = "Parley no longer answers here. Start it again, then reload this page.";
  }
}, 3000);

// Gradio fixes the direction of writing; a question may be Arabic or Hebrew.
find("#p-box textarea")?.setAttribute("dir", "auto");

// A keyboard on the screen would hide half the page, so only where there is a mouse.
if (matchMedia("(hover: hover)").matches && !location.hash) {
  find("#p-box textarea")?.focus({ preventScroll: true });
}
