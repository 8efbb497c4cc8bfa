namespace SaliencyCluster.Attribution.Export;

/// <summary>An explanation as one ONNX model.</summary>
/// <param name="Model">The serialized model.</param>
/// <param name="ImageShape">Shape of the input <c>image</c> and of the output <c>map</c>, in the model's own layout, with a batch of
/// 1.</param>
/// <param name="Points">Points that one run evaluates, those that fill the last micro-batch among them.</param>
/// <param name="MicroBatch">Points that are evaluated together.</param>
/// <param name="Chunks">How many micro-batches there are.</param>
/// <param name="Nodes">Nodes of the graph.</param>
/// <param name="Metadata">What is said of it in the model's <c>metadata_props</c>.</param>
public sealed record ExportedExplanation(
    ReadOnlyMemory<byte> Model, IReadOnlyList<long> ImageShape, int Points, int MicroBatch, int Chunks, int Nodes,
        IReadOnlyDictionary<string, string> Metadata);
