document.body.append("from vite");
