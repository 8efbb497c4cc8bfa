namespace SaliencyCluster.Onnx.Batching;

/// <summary>Ends a proof: images would mix, or it is not known that they do not. Never leaves this folder.</summary>
internal sealed class BatchMixed(string reason) : Exception(reason);
