// Rings while an alarm stands at the top of the page (#alarms [data-alarm]); the server puts it there and takes it away.
// Browsers let a page sound only after someone has clicked or typed in it; until then the title alone calls.
// body[data-sound="off"]: this person switched the sound off in their account.
"use strict";
(() => {
  const Context = window.AudioContext;
  const title = document.title;
  let audio = null;
  let ringing = 0;

  const bars = () => document.querySelectorAll("#alarms [data-alarm]");
  const mayRing = () => document.body.dataset.sound !== "off" && audio && audio.state === "running";

  // Two short tones, the second higher: heard across a room, unlike a telephone.
  const tone = (pitch, from) => {
    const voice = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + from;
    voice.type = "triangle";
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.35, start + 0.03);
    volume.gain.linearRampToValueAtTime(0, start + 0.28);
    voice.connect(volume).connect(audio.destination);
    voice.start(start);
    voice.stop(start + 0.3);
  };

  const ring = () => {
    const first = bars()[0];
    if (!first) {
      clearInterval(ringing);
      ringing = 0;
      document.title = title;
      return;
    }
    document.title = `⚠ ${first.dataset.alarm}`;
    if (mayRing()) {
      tone(740, 0);
      tone(988, 0.32);
    }
  };

  const look = () => {
    if (bars().length && !ringing) {
      ringing = setInterval(ring, 1600);
      ring();
    } else if (!bars().length && ringing) {
      ring();
    }
  };

  const wake = () => {
    if (!Context) return;
    if (!audio) audio = new Context();
    if (audio.state === "suspended") audio.resume();
  };
  // A mouse counts as a click when it goes down, a finger only when it is lifted.
  for (const kind of ["pointerdown", "pointerup", "keydown"]) document.addEventListener(kind, wake);
  // The part is swapped whole when something changes.
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
})();
