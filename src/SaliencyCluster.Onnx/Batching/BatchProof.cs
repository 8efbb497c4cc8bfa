namespace SaliencyCluster.Onnx;

/// <summary>Whether a run of several images gives each image what a run of it alone would give.</summary>
/// <param name="Holds">Whether it was proven, node by node.</param>
/// <param name="Reason">Where the proof fails; empty where it holds.</param>
/// <param name="Repairs">Nodes with a batch written into them that had to be changed for it.</param>
/// <remarks>
/// The proof compares the graph at the declared batch (1 where that is free) and at the wanted one, and follows the batch axis through
/// every operator on the image's path by one rule per operator. What it cannot prove may still be true: such a model can be run one image
/// at a time.
/// </remarks>
public sealed record BatchProof(bool Holds, string Reason, IReadOnlyList<string> Repairs);
