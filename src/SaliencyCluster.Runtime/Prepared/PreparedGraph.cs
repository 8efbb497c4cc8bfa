using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>An explanation graph in files, as ONNX Runtime has optimised it for this kind of processor, or a large one as it was
/// compiled.</summary>
/// <param name="Graph">What is known of it, without the bytes of the model.</param>
/// <param name="ModelFile">The optimised graph. Its weights lie beside it as kernels want them and are mapped into memory: processes on one host share them,
/// and the operating system may take their pages back.</param>
/// <param name="Bytes">Size of both.</param>
/// <param name="IsOptimized">Whether ONNX Runtime has optimised it: once more would cost time, and might change it.</param>
internal sealed record PreparedGraph(ExplanationGraph Graph, string ModelFile, long Bytes, bool IsOptimized);
