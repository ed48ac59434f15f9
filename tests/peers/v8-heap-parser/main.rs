//! Loads a snapshot and prints its classes with retained sizes, as the `v8-heap` command does.

fn main() {
    let path = std::env::args().nth(1).expect("usage: peer FILE");
    let bytes = std::fs::read(path).expect("a file");
    let graph = v8_heap_parser::decode_slice(&bytes).expect("a snapshot");
    drop(bytes);
    for group in graph.get_class_groups(false).iter().take(20) {
        let name = graph.get_node(group.index).map_or("", |node| node.class_name());
        println!("{name}\t{}\t{}\t{}", group.nodes.len(), group.self_size, group.retained_size);
    }
}
