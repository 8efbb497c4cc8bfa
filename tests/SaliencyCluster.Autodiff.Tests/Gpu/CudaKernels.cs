using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Gpu;

/// <summary>
/// What ONNX Runtime's CUDA provider has kernels for, of all that explanation graphs are made of: operator and types, asked of the provider itself
/// (<c>tests/gpu/flavour</c>), since its documentation is of another version than the package.
/// </summary>
internal static class CudaKernels
{
    public static string File { get; } = Path.Combine(Repo.Root, "tests", "gpu", "cuda-kernels.txt");

    public static IReadOnlySet<string> Listed => System.IO.File.ReadLines(File).Where(l => l.Length > 0 && l[0] != '#').ToHashSet();

    /// <summary>Names what a kernel is chosen by, such as <c>Where(Bool,Float)->Float</c>.</summary>
    public static string Signature(GraphNode node)
    {
        var inputs = node.Inputs.OfType<Value>().Select(v => v.Type.Element).Distinct();
        var outputs = node.Outputs.OfType<Value>().Select(v => v.Type.Element);
        return $"{node.Op}({string.Join(',', inputs)})->{string.Join(',', outputs)}";
    }

    public static void Write(IEnumerable<string> signatures, string version) => System.IO.File.WriteAllLines(
        File,
        [
            $"# Operators and types (distinct inputs, outputs) of explanation graphs that the CUDA provider of ONNX Runtime {version} took, opset {GraphBuilder.Opset}.",
            "# Made by: APPROVE=1 tests/gpu/flavour Autodiff",
            .. signatures.Distinct().Order(StringComparer.Ordinal),
        ]);
}
