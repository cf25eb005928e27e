// Blast radius: what hangs on the resource that is pointed at, or that has the focus. Runs in the reader's browser.
const svgNamespace = "http://www.w3.org/2000/svg";

for (const graph of document.querySelectorAll(".graph")) {
  const nodes = [...graph.querySelectorAll(".node")];
  const needs = JSON.parse(graph.querySelector("script").textContent);
  const dependents = nodes.map(() => []);
  for (const [index, all] of needs.entries()) for (const needed of all) dependents[needed].push(index);
  const svg = graph.querySelector("svg");
  const told = graph.querySelector(".radius");
  const silent = told.textContent;
  let pinned;

  /** All that would notice, nearest first. */
  const radiusOf = (start) => {
    const seen = new Set([start]);
    const edges = [];
    for (const index of seen) {
      for (const next of dependents[index]) {
        edges.push([index, next]);
        seen.add(next);
      }
    }
    seen.delete(start);
    return { hit: [...seen], edges };
  };

  const draw = (edges) => {
    const ground = graph.getBoundingClientRect();
    const middle = (index) => {
      const box = nodes[index].getBoundingClientRect();
      return [box.left + box.width / 2 - ground.left, box.top + box.height / 2 - ground.top];
    };
    svg.replaceChildren(
      ...edges.slice(0, 400).map(([from, to]) => {
        const [[x1, y1], [x2, y2]] = [middle(from), middle(to)];
        const path = document.createElementNS(svgNamespace, "path");
        path.setAttribute("d", `M${x1} ${y1} C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`);
        return path;
      }),
    );
  };

  const look = (index) => {
    const { hit, edges } = radiusOf(index);
    graph.classList.add("looking");
    for (const [at, node] of nodes.entries()) {
      node.classList.toggle("here", at === index);
      node.classList.toggle("hit", hit.includes(at));
    }
    draw(edges);
    const names = [...new Set(hit.map((at) => nodes[at].textContent.trim()))];
    told.textContent = `${nodes[index].title}: ${
      names.length === 0
        ? "nothing hangs on it"
        : `${hit.length} ${hit.length === 1 ? "resource hangs" : "resources hang"} on it: ${names.slice(0, 12).join(", ")}${
            names.length > 12 ? ` and ${names.length - 12} more` : ""
          }`
    }`;
  };

  const rest = () => {
    if (pinned !== undefined) return look(pinned);
    graph.classList.remove("looking");
    for (const node of nodes) node.classList.remove("here", "hit");
    svg.replaceChildren();
    told.textContent = silent;
  };

  // One stop for Tab; arrows go from resource to resource.
  const focus = (index) => {
    const to = nodes[(index + nodes.length) % nodes.length];
    for (const node of nodes) node.tabIndex = node === to ? 0 : -1;
    to.focus();
  };

  for (const [index, node] of nodes.entries()) {
    node.addEventListener("pointerenter", () => look(index));
    node.addEventListener("pointerleave", rest);
    node.addEventListener("focus", () => look(index));
    node.addEventListener("blur", rest);
    node.addEventListener("click", () => {
      pinned = pinned === index ? undefined : index;
      node.setAttribute("aria-pressed", String(pinned === index));
      for (const other of nodes) if (other !== node) other.setAttribute("aria-pressed", "false");
      look(index);
    });
    node.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
      if (event.key in steps) focus(index + steps[event.key]);
      else if (event.key === "Home") focus(0);
      else if (event.key === "End") focus(-1);
      else if (event.key === "Escape") {
        pinned = undefined;
        rest();
      } else return;
      event.preventDefault();
    });
  }
  addEventListener("resize", rest);
}
