// hello.rs: Rust's standard library: threads, channels, files, processes, panics.
use std::{fs, sync::mpsc, thread, time::Duration};

fn main() {
    let (send, receive) = mpsc::channel();
    let workers: Vec<_> = (0..4)
        .map(|i| {
            let send = send.clone();
            thread::spawn(move || { thread::sleep(Duration::from_millis(i * 5)); send.send(i * i).unwrap() })
        })
        .collect();
    drop(send);
    let mut got: Vec<u64> = receive.iter().collect();
    got.sort();
    println!("{:?}", got);
    for worker in workers { worker.join().unwrap(); }
    fs::write("rust.txt", "text\n").unwrap();
    println!("{:?} {:?}", fs::read_to_string("rust.txt").unwrap(), fs::metadata("none").map_err(|e| e.kind()).err());
    let caught = thread::spawn(|| { if fs::metadata("rust.txt").is_ok() { panic!("as wanted") } }).join();
    println!("{}", caught.is_err());
    std::process::exit(3);
}
