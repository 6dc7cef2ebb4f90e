'use strict';
// aws-iot-device-sdk-v2 as a device: MQTT 3.1.1 and 5 over mutual TLS.

const {check, expect, refusal, runChecks, same, setting} = require('./checks.js');
const {Device311, Device5} = require('./device.js');

const thing = setting('CARTSTORM_THING');
const kinds = {'MQTT 3.1.1': Device311, 'MQTT 5': Device5};
const numbers = Array.from({length: 50}, (_, number) => `${number}`);

async function admin(method, path, body) {
  const answer = await fetch(setting('CARTSTORM_ADMIN') + path, {
    method, body: body === undefined ? undefined : JSON.stringify(body),
    headers: {authorization: `Bearer ${setting('CARTSTORM_ADMIN_TOKEN')}`},
  });
  expect(answer.ok, `${path}: status ${answer.status}`);
  return answer.json();
}

async function take(device, count) {
  const found = [];
  for (let i = 0; i < count; ++i) found.push((await device.messages.take('a message')).payload);
  return found;
}

for (const [kind, Device] of Object.entries(kinds)) {
  check(`${kind}: messages come back in order`, async () => {
    const device = new Device({id: thing});
    same(await device.connect(), false, 'session present');
    same(await device.subscribe('lab/+/echo'), 1, 'granted quality of service');
    await Promise.all(numbers.map((number) => device.publish('lab/x/echo', number)));
    same(await take(device, numbers.length), numbers, 'messages');
    await device.disconnect();
  });

  check(`${kind}: a session keeps what it missed`, async () => {
    const away = new Device({id: `${thing}-away`, isPersistent: true});
    same(await away.connect(), false, 'session present at first');
    await away.subscribe('lab/missed');
    await away.disconnect();
    const other = new Device({id: `${thing}-other`});
    await other.connect();
    for (const number of numbers) await other.publish('lab/missed', number);
    const again = new Device({id: `${thing}-away`, isPersistent: true});
    same(await again.connect(), true, 'session present');
    same(await take(again, numbers.length), numbers, 'messages that were missed');
    await again.disconnect();
    // A clean session ends it.
    const clean = new Device({id: `${thing}-away`});
    same(await clean.connect(), false, 'session present after a clean start');
    await clean.disconnect();
    await other.disconnect();
  });

  check(`${kind}: a retained message greets a subscriber`, async () => {
    const device = new Device({id: thing});
    await device.connect();
    await device.publish('lab/kept', 'still here', true);
    await device.subscribe('lab/kept');
    same(await take(device, 1), ['still here'], 'retained message');
    await device.publish('lab/kept', '', true);
    await device.disconnect();
  });

  check(`${kind}: the device comes back to its session by itself`, async () => {
    const device = new Device({id: thing, isPersistent: true});
    await device.connect();
    await device.subscribe('lab/back');
    await admin('POST', '/connections/drop');
    if (Device === Device311) same(await device.states.take('loss'), 'interrupted', 'state');
    else same(await device.states.take('loss'), {disconnected: 'lost'}, 'state');
    same((await device.states.take('return')).isPresent, true, 'session present');
    await device.publish('lab/back', 'here');
    same(await take(device, 1), ['here'], 'message after the return');
    await device.disconnect();
    const clean = new Device({id: thing});
    await clean.connect();
    await clean.disconnect();
  });

  check(`${kind}: the second of a name takes over, and the will of the first is told`, async () => {
    const watcher = new Device({id: `${thing}-watcher`});
    await watcher.connect();
    await watcher.subscribe('wills/#');
    const will = {topic: `wills/${thing}`, payload: 'gone'};
    const first = new Device({id: thing, will});
    await first.connect();
    const second = new Device5({id: thing});
    await second.connect();
    const loss = await first.states.take('loss');
    // 142: session taken over. MQTT 3.1.1 has no word for it.
    same(loss, Device === Device5 ? {disconnected: 142} : 'interrupted', 'state of the first');
    const told = await watcher.messages.take('the will');
    same([told.topic, told.payload], [`wills/${thing}`, 'gone'], 'will');
    // The first comes back by itself, as SDKs do, and takes over again.
    same(await second.states.take('loss'), {disconnected: 142}, 'state of the second');
    await second.disconnect();
    await first.disconnect();
    await watcher.disconnect();
  });
}

check('MQTT 5: the will of a device that vanishes is told', async () => {
  const watcher = new Device5({id: `${thing}-watcher`});
  await watcher.connect();
  await watcher.subscribe('wills/#');
  const will = {topic: 'wills/x', payload: 'gone'};
  const polite = new Device5({id: thing, will: {...will, topic: 'wills/polite'}});
  await polite.connect();
  await polite.disconnect();
  const victim = new Device5({id: thing, will});
  await victim.connect();
  await victim.vanish();
  const told = await watcher.messages.take('the will');
  same([told.topic, told.payload], ['wills/x', 'gone'], 'first will');
  await watcher.disconnect();
});

check('MQTT 5: members share a subscription', async () => {
  const members = [];
  for (const id of ['a', 'b']) {
    const member = new Device5({id: `${thing}-${id}`});
    await member.connect();
    same(await member.subscribe('$share/crew/work/#'), 1, 'granted quality of service');
    members.push(member);
  }
  const boss = new Device5({id: thing});
  await boss.connect();
  await boss.subscribe('work/#');
  for (const number of numbers) await boss.publish('work/x', number);
  same(await take(boss, numbers.length), numbers, 'what everybody got');
  // Every member has its share before the answer to a subscription that it makes now.
  const shares = [];
  for (const member of members) {
    await member.subscribe('none');
    shares.push(await take(member, member.messages.size));
    await member.disconnect();
  }
  same(shares.flat().sort((a, b) => a - b), numbers, 'all shares');
  expect(shares.every((share) => share.length > 0), 'every member works');
  await boss.disconnect();
});

check('MQTT 5: properties, negotiated settings and reason codes', async () => {
  const device = new Device5({id: thing, isPersistent: true});
  await device.connect();
  expect(device.connack.reasonCode === 0, 'CONNACK is a success');
  await device.subscribe('lab/props');
  await device.publish('lab/props', '{}', false, {
    contentType: 'application/json', responseTopic: 'lab/answers', messageExpiryIntervalSeconds: 60,
    userProperties: [{name: 'line', value: '7'}, {name: 'line', value: '8'}],
  });
  const {message} = await device.messages.take('a message');
  same([message.contentType, message.responseTopic, message.userProperties],
       ['application/json', 'lab/answers', [{name: 'line', value: '7'}, {name: 'line', value: '8'}]],
       'properties');
  // 16: no matching subscribers.
  const answer = await device.publish('lab/nobody', 'x');
  expect(answer.reasonCode === 0 || answer.reasonCode === 16, `PUBACK, found ${answer.reasonCode}`);
  await device.disconnect();
});

const strangers = {
  'certificate of another CA': {cert: 'CARTSTORM_FOREIGN_CERT', key: 'CARTSTORM_FOREIGN_KEY',
                                ca: 'CARTSTORM_CA'},
  'device that trusts another CA': {cert: 'CARTSTORM_CERT', key: 'CARTSTORM_KEY',
                                    ca: 'CARTSTORM_FOREIGN_CA'},
};
for (const [kind, files] of Object.entries(strangers)) {
  check(`${kind}: no connection`, async () => {
    const five = new Device5({id: thing, files});
    five.client.start();
    const state = await five.states.take('an end of the attempt');
    expect(state.failed !== undefined, `a failure, found ${JSON.stringify(state)}`);
    await five.vanish();
    const old = new Device311({id: thing, files});
    await refusal(old.connection.connect(), 'connect by MQTT 3.1.1');
  });
}

runChecks();
