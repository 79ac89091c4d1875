// Draws the charts of gst-ts-timing-1.0 --html from the JSON in the page.
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Text from the stream only ever becomes textContent: nothing in a segment's
// name is markup here.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const tip = document.getElementById("tip");
  const list = document.getElementById("chart-list");
  const H = 250, LEFT = 70, RIGHT = 28, TOP = 12, BOTTOM = 42;
  let W = 960;  // as wide as there is room, so that text keeps its size
  const COLOURS = 6, TABLE_ROWS = 60, MOST_SEGMENTS = 150;

  function html(name, attributes, text) {
    const node = document.createElement(name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function svg(parent, name, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    parent.appendChild(node);
    return node;
  }

  // 1, 2 or 5 times a power of ten, about `count` steps in [low, high]
  function ticks(low, high, count) {
    const raw = (high - low) / count;
    const power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
    const values = [];
    for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-6; v += step)
      values.push(Math.abs(v) < step * 1e-6 ? 0 : v);
    return values;
  }

  // steps of time as clocks have them
  function timeTicks(low, high, count) {
    const raw = (high - low) / count;
    if (raw < 10) return ticks(low, high, count);
    const steps = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200];
    const step = steps.find((s) => s >= raw) || Math.ceil(raw / 86400) * 86400;
    const values = [];
    for (let v = Math.ceil(low / step) * step; v <= high; v += step) values.push(v);
    return values;
  }

  function number(value) {
    const size = Math.abs(value);
    if (size >= 1e4) return Math.round(value).toLocaleString("en");
    return String(+value.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 3));
  }

  function clock(seconds) {
    if (seconds < 120) return number(seconds) + " s";
    const s = Math.round(seconds);
    const two = (n) => String(n).padStart(2, "0");
    return Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
  }

  // One axis of time for all charts, so that they can be compared.
  let lastTime = 0;
  for (const chart of data.charts)
    if (!chart.discrete)
      for (const series of chart.series)
        for (const p of series.points) lastTime = Math.max(lastTime, p[0]);

  // All points are [time, smallest, mean, largest].
  function range(chart) {
    let low = Infinity, high = -Infinity, end = 0, begin = Infinity;
    for (const series of chart.series)
      for (const p of series.points) {
        begin = Math.min(begin, p[0]);
        end = Math.max(end, p[0]);
        low = Math.min(low, p[1]);
        high = Math.max(high, p[3]);
      }
    if (chart.zero) { low = Math.min(low, 0); high = Math.max(high, 0); }
    const span = high - low || Math.abs(high) || 1;
    // a bound far from the data would flatten it
    for (const bound of chart.bounds || [])
      if (bound.value > low - span && bound.value < high + span) {
        low = Math.min(low, bound.value);
        high = Math.max(high, bound.value);
      }
    const pad = (high - low || span) * 0.06;
    if (!(chart.zero && low === 0)) low -= pad;
    high += pad;
    if (chart.discrete) { begin -= 0.5; end += 0.5; }
    else { begin = 0; end = lastTime; }
    if (end === begin) end = begin + 1;
    return { low, high, begin, end };
  }

  function nearest(points, time) {
    let a = 0, b = points.length - 1;
    while (b - a > 1) {
      const m = (a + b) >> 1;
      if (points[m][0] <= time) a = m; else b = m;
    }
    return Math.abs(points[a][0] - time) <= Math.abs(points[b][0] - time) ? a : b;
  }

  function drawFrame(root, chart, r, x, y) {
    for (const v of ticks(r.low, r.high, 5)) {
      svg(root, "line", { class: "grid", x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) });
      svg(root, "text", { x: LEFT - 8, y: y(v) + 4, "text-anchor": "end" }, number(v));
    }
    for (const v of chart.discrete ? ticks(r.begin, r.end, W / 110) : timeTicks(r.begin, r.end, W / 110)) {
      if (chart.discrete && v !== Math.round(v)) continue;
      svg(root, "text", { x: x(v), y: H - BOTTOM + 18, "text-anchor": "middle" },
        chart.discrete ? String(v) : clock(v));
    }
    svg(root, "line", { class: "axis", x1: LEFT, x2: W - RIGHT, y1: H - BOTTOM, y2: H - BOTTOM });
    svg(root, "text", { x: 14, y: TOP + (H - TOP - BOTTOM) / 2, "text-anchor": "middle",
      transform: `rotate(-90 14 ${TOP + (H - TOP - BOTTOM) / 2})` }, chart.unit);
    svg(root, "text", { x: 4, y: H - BOTTOM + 18 },
      chart.discrete ? "segment" : "time");
    // more would be a grey wall
    if (!chart.discrete && data.segments.length <= MOST_SEGMENTS)
      for (const s of data.segments)
        if (s.start > r.begin && s.start < r.end)
          svg(root, "line", { class: "segment", x1: x(s.start), x2: x(s.start), y1: TOP, y2: H - BOTTOM });
    for (const bound of chart.bounds || [])
      if (bound.value > r.low && bound.value < r.high) {
        svg(root, "line", { class: "bound", x1: LEFT, x2: W - RIGHT, y1: y(bound.value), y2: y(bound.value) });
        svg(root, "text", { x: W - RIGHT - 4, y: y(bound.value) - 4, "text-anchor": "end" }, bound.label);
      }
  }

  function drawSeries(root, series, colour, x, y) {
    const p = series.points;
    if (p.length === 1) {
      svg(root, "circle", { cx: x(p[0][0]), cy: y(p[0][2]), r: 4, fill: colour, class: "drawn" });
      return;
    }
    const up = p.map((q) => x(q[0]).toFixed(1) + "," + y(q[3]).toFixed(1));
    const down = p.map((q) => x(q[0]).toFixed(1) + "," + y(q[1]).toFixed(1)).reverse();
    svg(root, "polygon", { class: "band", fill: colour, points: up.concat(down).join(" ") });
    svg(root, "polyline", { class: "line drawn", stroke: colour,
      points: p.map((q) => x(q[0]).toFixed(1) + "," + y(q[2]).toFixed(1)).join(" ") });
  }

  function where(chart, event) {
    return chart.discrete ? event.segment : event.time;
  }

  function drawMarks(root, chart, r, x) {
    for (const event of data.events) {
      const at = where(chart, event);
      if (at === null || at < r.begin || at > r.end) continue;
      const cx = x(at), cy = H - BOTTOM + 30;
      const mark = svg(root, "path", { class: "mark " + event.severity,
        d: `M${cx - 4},${cy} L${cx + 4},${cy} L${cx},${cy - 7} Z` });
      svg(mark, "title", {}, event.nick + ": " + event.text);
    }
  }

  function addHover(figure, root, chart, r, x) {
    const cursor = svg(root, "line", { class: "cursor", y1: TOP, y2: H - BOTTOM, visibility: "hidden" });
    function hide() { tip.hidden = true; cursor.setAttribute("visibility", "hidden"); }
    function show(time, pageX, pageY) {
      const lines = [];
      let snapped = time;
      for (const series of chart.series) {
        const p = series.points[nearest(series.points, time)];
        snapped = p[0];
        lines.push(series.name + ": " + number(p[2]) + " " + chart.unit +
          (p[1] !== p[3] ? "  (" + number(p[1]) + " to " + number(p[3]) + ")" : "") +
          (p[4] ? "  " + p[4] : ""));
      }
      lines.unshift(chart.discrete ? "segment " + snapped : clock(snapped));
      const reach = (r.end - r.begin) / 120;
      for (const event of data.events) {
        const at = where(chart, event);
        if (at !== null && Math.abs(at - time) < reach && lines.length < 12)
          lines.push("\u25b2 " + event.nick);
      }
      tip.textContent = lines.join("\n");
      tip.hidden = false;
      const width = tip.offsetWidth;
      tip.style.left = Math.max(4, Math.min(pageX + 14, document.documentElement.clientWidth - width - 8)) + "px";
      tip.style.top = pageY + 14 + "px";
      cursor.setAttribute("x1", x(snapped));
      cursor.setAttribute("x2", x(snapped));
      cursor.setAttribute("visibility", "visible");
    }
    root.addEventListener("pointermove", (event) => {
      const box = root.getBoundingClientRect();
      const px = (event.clientX - box.left) / box.width * W;
      const time = r.begin + (px - LEFT) / (W - LEFT - RIGHT) * (r.end - r.begin);
      if (time < r.begin || time > r.end) hide();
      else show(time, event.pageX, event.pageY);
    });
    root.addEventListener("pointerleave", hide);
    // the same by keyboard
    let at = null;
    root.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === "Escape") hide();
      if (!step) return;
      event.preventDefault();
      const points = chart.series[0].points;
      at = at === null ? 0 : Math.max(0, Math.min(points.length - 1, at + step));
      const box = root.getBoundingClientRect();
      show(points[at][0], window.scrollX + box.left + x(points[at][0]) / W * box.width,
        window.scrollY + box.top + box.height / 2);
    });
    root.addEventListener("blur", hide);
  }

  function addTable(figure, chart) {
    const details = html("details", {});
    details.appendChild(html("summary", {}, "The same as a table"));
    const wide = html("div", { class: "wide" });
    for (const series of chart.series) {
      const table = html("table", {});
      table.appendChild(html("caption", {}, series.name + ", " + chart.unit));
      const head = table.createTHead().insertRow();
      for (const word of [chart.discrete ? "segment" : "time", "smallest", "mean", "largest"])
        head.appendChild(html("th", { scope: "col" }, word));
      const body = table.createTBody();
      const every = Math.ceil(series.points.length / TABLE_ROWS);
      series.points.forEach((p, i) => {
        if (i % every) return;
        const row = body.insertRow();
        row.insertCell().textContent = chart.discrete ? p[0] : clock(p[0]);
        for (const v of [p[1], p[2], p[3]]) row.insertCell().textContent = number(v);
      });
      wide.appendChild(table);
    }
    details.appendChild(wide);
    figure.appendChild(details);
  }

  function draw(chart) {
    const figure = html("figure", { id: "chart-" + chart.id });
    const r = range(chart);
    const x = (t) => LEFT + (t - r.begin) / (r.end - r.begin) * (W - LEFT - RIGHT);
    const y = (v) => TOP + (r.high - v) / (r.high - r.low) * (H - TOP - BOTTOM);
    figure.appendChild(html("h3", {}, chart.title));
    figure.appendChild(html("figcaption", {}, chart.about));
    const root = svg(figure, "svg", { viewBox: `0 0 ${W} ${H}`, role: "img", tabindex: "0",
      "aria-label": chart.title + ", " + chart.unit + ": " + number(r.low) + " to " + number(r.high) +
        ". Arrow keys tell values; a table follows." });
    drawFrame(root, chart, r, x, y);
    const legend = html("ul", { class: "legend" });
    chart.series.forEach((series, i) => {
      const colour = "var(--c" + i % COLOURS + ")";
      drawSeries(root, series, colour, x, y);
      const item = html("li", {});
      item.appendChild(html("i", { style: "background:" + colour }));
      item.appendChild(document.createTextNode(series.name));
      legend.appendChild(item);
    });
    drawMarks(root, chart, r, x);
    addHover(figure, root, chart, r, x);
    figure.appendChild(legend);
    addTable(figure, chart);
    list.appendChild(figure);
  }

  function drawAll() {
    const room = Math.max(300, list.clientWidth - 26);
    if (room === W && list.firstChild) return;
    W = room;
    list.replaceChildren();
    for (const chart of data.charts) draw(chart);
  }

  drawAll();
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (data.charts.length) drawAll(); }, 150);
  });
  if (data.charts.length === 0)
    list.appendChild(html("p", {}, "No clock was found in the stream: there is nothing to draw."));
  document.documentElement.setAttribute("data-charts", data.charts.length);
})();
