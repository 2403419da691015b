use std::io::Write;
use std::net::TcpListener;

fn main() -> std::io::Result<()> {
    for stream in TcpListener::bind("0.0.0.0:8080")?.incoming() {
        stream?.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfrom rust\n")?;
    }
    Ok(())
}
