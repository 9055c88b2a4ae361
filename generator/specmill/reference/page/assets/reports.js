// Values that stand one after the other in an answer, cut apart while it comes.

class Roots {
  #text = "";
  #from = 0;
  #at = 0;
  #depth = 0;
  #quoted = false;

  /** What has become complete with this piece, as text. */
  push(piece) {
    this.#text += piece;
    const found = [];
    for (; this.#at < this.#text.length; this.#at += 1) {
      const letter = this.#text[this.#at];
      if (this.#quoted) this.#inside(letter);
      else if (this.#ends(letter)) found.push(this.#cut());
    }
    this.#text = this.#text.slice(this.#from);
    this.#at -= this.#from;
    this.#from = 0;
    return found.filter((one) => one !== "");
  }

  /** What is left at the end. */
  rest() {
    return this.#text.slice(this.#from).trim();
  }

  #inside(letter) {
    if (letter === "\\") this.#at += 1;
    else if (letter === '"') this.#quoted = false;
  }

  /** Whether a value ends with this letter: with its last bracket, or where a bare one is over. */
  #ends(letter) {
    if (letter === '"') this.#quoted = true;
    else if (letter === "{" || letter === "[") this.#depth += 1;
    else if (letter === "}" || letter === "]") return (this.#depth = Math.max(0, this.#depth - 1)) === 0;
    return this.#depth === 0 && /[\s\x1e]/.test(letter);
  }

  #cut() {
    const value = this.#text.slice(this.#from, this.#at + 1).replace(/^[\s\x1e]+|[\s\x1e]+$/g, "");
    this.#from = this.#at + 1;
    return value;
  }
}
