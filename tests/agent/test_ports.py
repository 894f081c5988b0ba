"""Posts of a launched app are counted; the app itself cannot tell."""

from __future__ import annotations

import subprocess

from tests.agent.test_launch import run

POSTS = """
const { MessageChannel, MessagePort, receiveMessageOnPort } = require('worker_threads');
const { prototype } = MessagePort;
const { value, ...flags } = Object.getOwnPropertyDescriptor(prototype, 'postMessage');
console.log(flags, value.name, value.length, Reflect.ownKeys(value), String(value));
console.log(Function.prototype.toString.call(value), `${value}`);
console.log(Object.keys(prototype), 'prototype' in value,
  Object.hasOwn(value, 'toString'));
function main() {
  const { port1, port2 } = new MessageChannel();
  console.log(port1.postMessage({ get a() { return port1.postMessage('inner'); } }));
  const wrong = [
    () => port1.postMessage(), () => port1.postMessage(Symbol()),
    () => value.call({}, 1),
    () => new value(), () => port1.postMessage(1, 2),
    () => port1.postMessage(1, [port1]),
  ];
  for (const one of wrong) {
    try { console.log(one()); } catch (error) { console.log(`${error}`); }
  }
  console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2));
  port1.postMessage('last');
  port2.on('message', function got(text) {
    console.log(text);
    port2.close();
  });
}
main();
"""


def test_an_app_cannot_tell_that_its_posts_are_counted(node_version, tmp_path):
    (tmp_path / "app.js").write_text(POSTS)
    command = [node_version, "app.js"]
    plain = subprocess.check_output(command, cwd=tmp_path, text=True)
    _, out, err = run(tmp_path, node_version, "app.js")
    assert (out, err) == (plain, "")
