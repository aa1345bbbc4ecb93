(pairs) => {
  const verbatim = ["pre", "script", "style", "textarea"];
  const shape = (html) => {
    const found = [];
    const text = (data) => {
      if (found.length && found.at(-1).startsWith("text ")) found[found.length - 1] += ` ${data}`;
      else found.push(`text ${data}`);
    };
    const walk = (node, kept) => {
      if (node.nodeType === Node.COMMENT_NODE) found.push(`comment ${node.data.trim()}`);
      else if (node.nodeType === Node.TEXT_NODE) {
        const data = kept ? node.data.replace(/\n$/, "") : node.data.replace(/[ \t\n]+/g, " ").trim();
        if (data) text(data);
      } else {
        const attributes = [...node.attributes].map((each) => `${each.name}=${each.value.replace(/\s+/g, " ")}`).sort();
        found.push(`<${[node.localName, ...attributes].join(" ")}>`);
        node.childNodes.forEach((child) => walk(child, kept || verbatim.includes(node.localName)));
        found.push(`</${node.localName}>`);
      }
    };
    walk(new DOMParser().parseFromString(`<!DOCTYPE html><body>${html}`, "text/html").body, false);
    return found.join("\n");
  };
  return pairs.map(([one, other]) => [shape(one), shape(other)]).map(([one, other]) => (one === other ? null : [one, other]));
}
