import { ask, Refused } from "./api.ts";
import { byId, bytes, element, note } from "./dom.ts";

interface StoredFile {
  id: string;
  name: string;
  bytes: number;
}

/** Lists the user's files. */
export async function showFiles(): Promise<void> {
  const { body } = await ask<{ files: StoredFile[] }>("/files");
  byId("files").replaceChildren(
    ...body.files.map(({ id, name, bytes: size }) =>
      element(
        "li",
        {},
        element("a", { href: `/api/files/${id}`, download: name, title: name }, name),
        element("span", { class: "quiet" }, bytes(size)),
      ),
    ),
  );
}

/** Uploads what is chosen or dropped. */
export function watchUploads(): void {
  const [drop, input] = [byId("drop"), byId<HTMLInputElement>("file")];
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file)
      void upload(file, drop).finally(() => {
        input.value = "";
      });
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    });
  }
  drop.addEventListener("drop", ({ dataTransfer }) => {
    const file = dataTransfer?.files[0];
    if (file) void upload(file, drop);
  });
}

async function upload(file: File, drop: HTMLElement): Promise<void> {
  const form = new FormData();
  form.set("file", file);
  drop.classList.add("busy");
  try {
    await ask("/files", { method: "POST", body: form });
    note(`${file.name} is stored.`);
    await showFiles();
  } catch (error) {
    note(error instanceof Refused ? error.message : "The file was not stored.");
  } finally {
    drop.classList.remove("busy");
  }
}
