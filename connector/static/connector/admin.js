// A new row of a folded inline is there to be filled in, so it is opened; unfold adds it folded.
document.addEventListener("formsetGroup:added", (event) => {
  requestAnimationFrame(() => {
    const row = event.detail.row;
    if (row && row.hasAttribute("x-data") && window.Alpine) {
      window.Alpine.$data(row).openRow = true;
    }
  });
});
