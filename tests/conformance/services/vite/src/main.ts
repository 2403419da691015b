import { home } from "./home";

const shown: HTMLElement = document.querySelector("p")!;
shown.textContent = home;
