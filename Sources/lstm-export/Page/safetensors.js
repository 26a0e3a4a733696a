// Reading a safetensors file: 8 bytes with the length of the header, the header in JSON, then the elements.

/** Returns the bytes of a text in base64. */
function decodeBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** The tensors and the metadata of a file. */
class TensorFile {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    const start = new DataView(bytes.buffer);
    const headerLength = start.getUint32(0, true) + start.getUint32(4, true) * 2 ** 32;
    if (!(8 + headerLength <= bytes.length)) throw new Error('the file is damaged: its header is incomplete');
    this.bytes = bytes;
    this.dataStart = 8 + headerLength;
    this.entries = JSON.parse(new TextDecoder().decode(bytes.subarray(8, this.dataStart)));
    this.metadata = this.entries.__metadata__ ?? {};
    delete this.entries.__metadata__;
  }

  has(name) {
    return Object.hasOwn(this.entries, name);
  }

  entry(name) {
    if (!this.has(name)) throw new Error(`the file has no tensor ${name}`);
    return this.entries[name];
  }

  /** Returns the elements of a tensor: a Float32Array or an Int8Array. */
  elements(name) {
    const { dtype, shape, data_offsets: [first, end] } = this.entry(name);
    // A copy begins at a multiple of four bytes, as a Float32Array must.
    const { buffer } = this.bytes.slice(this.dataStart + first, this.dataStart + end);
    const count = shape.reduce((product, size) => product * size, 1);
    const width = { F32: 4, I8: 1 }[dtype];
    if (buffer.byteLength !== count * width) throw new Error(`the tensor ${name} is damaged`);
    return dtype === 'I8' ? new Int8Array(buffer) : new Float32Array(buffer);
  }

  /** Returns the elements of a tensor that may be absent, or null. */
  optionalElements(name) {
    return this.has(name) ? this.elements(name) : null;
  }

  /** Returns a matrix of 8-bit integers with its scales. */
  matrix(name) {
    const { dtype, shape: [rows, columns] } = this.entry(name);
    if (dtype !== 'I8') throw new Error(`the tensor ${name} has the type ${dtype} instead of I8`);
    return new QuantizedMatrix(this.elements(name), this.elements(`${name}.scale`), rows, columns);
  }
}
