// What axe-core finds on the page as it stands, a line each. Where it cannot decide by itself, the page helps it: the
// arrow of a list and the little calendar of a date are pictures beside the text, an empty field has a colour once
// something stands in it, a banner that stays in sight while the page moves is put where it belongs, and the words of a
// chart stand on whatever is painted below them.
async (rules) => {
  const { color } = axe.commons;
  const plain = new CSSStyleSheet();
  plain.replaceSync("select, input, textarea { background-image: none !important; }");
  const empty = [...document.querySelectorAll("input, textarea")].filter((e) => !e.value && e.type !== "file");
  const examples = { date: "2026-11-24", "datetime-local": "2026-11-24T10:00", number: "1", color: "#000000" };
  const solid = (paint) => { const one = new color.Color(); one.parseString(paint); return one; };
  const painted = (paint) => solid(paint).alpha === 1;
  const ratio = (front, behind) => (front && behind ? color.getContrast(behind, front) : 0);
  const ground = (element) => {
    const own = getComputedStyle(element).backgroundColor;
    return painted(own) ? solid(own) : ground(element.parentElement ?? document.body);
  };

  // words that stand in an empty field: axe-core does not look at them
  const faint = () => empty.filter((field) => field.placeholder && field.checkVisibility()).flatMap((field) => {
    const found = ratio(solid(getComputedStyle(field, "::placeholder").color), ground(field));
    return found < 4.5 ? [`placeholder: ${field.id || field.name}: a contrast of ${found.toFixed(2)}`] : [];
  });

  // where a field is: its edge against what is around it
  const lost = () => [...document.querySelectorAll("input, select, textarea")].flatMap((field) => {
    if (!field.checkVisibility() || field.type === "file" || field.closest(".sr")) return [];
    const found = ratio(solid(getComputedStyle(field).borderTopColor), ground(field.parentElement));
    return found < 3 ? [`edge: ${field.id || field.name}: a contrast of ${found.toFixed(2)}`] : [];
  });

  // a single sign; and the words of a chart: their fill on what is painted below their middle
  const readable = (node) => {
    const text = document.querySelector(node.target.at(-1));
    if (!(text instanceof SVGTextElement)) return ratio(color.getForegroundColor(text), ground(text)) >= 4.5;
    text.scrollIntoView({ block: "center" });
    const box = text.getBoundingClientRect();
    const below = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const shape = below.find((one) => one instanceof SVGGeometryElement && getComputedStyle(one).fill !== "none");
    const behind = shape ? solid(getComputedStyle(shape).fill) : ground(text.ownerSVGElement.parentElement);
    return ratio(solid(getComputedStyle(text).fill), behind) >= 4.5;
  };

  // text of one letter may be no text; its contrast is known all the same
  const enough = ({ data }) => data?.contrastRatio >= parseFloat(data?.expectedContrastRatio);
  const decided = (rule, node) => rule.id === "color-contrast" && (node.any.every(enough) || readable(node));

  document.adoptedStyleSheets.push(plain);
  const sticky = [...document.querySelectorAll("body *")].filter((e) => getComputedStyle(e).position === "sticky");
  for (const element of sticky) element.style.position = "static";
  for (const field of empty) field.value = examples[field.type] ?? (field.type === "checkbox" ? "" : "typed");
  try {
    const only = rules ? { runOnly: { type: "rule", values: rules } } : { rules: { "target-size": { enabled: true } } };
    const found = await axe.run(document, { ...only, resultTypes: ["violations", "incomplete"] });
    axe.setup(document);
    const unsure = found.incomplete.map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !decided(rule, node)) }));
    const told = [...found.violations, ...unsure].flatMap((rule) => rule.nodes.map((node) =>
      `${rule.id}: ${node.target.join(" ")}: ${[...node.any, ...node.all, ...node.none].map((c) => c.message).join("; ")}`));
    return [...faint(), ...lost(), ...told];
  } finally {
    axe.teardown();
    for (const field of empty) field.value = "";
    for (const element of sticky) element.style.position = "";
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== plain);
    scrollTo(0, 0);
  }
}
