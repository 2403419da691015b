export default function Page() {
  return "from next";
}
