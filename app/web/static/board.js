/* The board for the wall: loaded anew every so often, unless somebody stopped that.
   A page that reloads without being asked would take its place from a reader (WCAG 2.2.1);
   here a script does it, and the words beside it have the way to stop it. */

const again = document.querySelector("[data-again]");

if (again) {
  again.hidden = false;
  setTimeout(() => location.reload(), 1000 * Number(again.dataset.again));
}
