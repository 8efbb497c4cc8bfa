using System.Text.RegularExpressions;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>The image for GPUs has what the GPU build of ONNX Runtime loads. The list of that is checked against the package by tests/gpu/flavour.</summary>
public sealed partial class GpuImageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "containers");
    private static readonly string List = File.ReadAllText(Path.Combine(Folder, "onnxruntime-gpu-libraries.txt"));
    private static readonly string Containerfile = File.ReadAllText(Path.Combine(Folder, "worker.Containerfile"));

    private static readonly (string File, string Library, string Giver)[] Needed =
        [.. List.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(c => (c[0], c[1], c[2]))];

    [Fact]
    public void The_list_is_of_the_version_that_is_built_in() =>
        Assert.Contains($"ONNX Runtime {Repository.PackageVersions["Microsoft.ML.OnnxRuntime.Gpu.Linux"].Trim('[', ']')} ", List, StringComparison.Ordinal);

    [Fact]
    public void The_base_image_is_of_the_cuda_that_the_provider_is_linked_with()
    {
        var image = BaseImage().Match(Containerfile);
        Assert.True(image.Success, "worker.Containerfile names no CUDA image.");
        var runtime = Needed.Single(n => n is { File: "libonnxruntime_providers_cuda.so", Giver: "cuda" } && n.Library.StartsWith("libcudart.", StringComparison.Ordinal)).Library;
        Assert.Equal($"libcudart.so.{image.Groups[1].Value}", runtime);
        // The images with "cudnn" have cuDNN 9, those with "runtime" the libraries of CUDA; no other kind has both without compilers.
        Assert.Equal("cudnn-runtime", image.Groups[2].Value);
        Assert.Contains(Needed, n => n.Library == "libcudnn.so.9");
        Assert.All(Needed.Where(n => n.File == "libonnxruntime_providers_cuda.so"), n => Assert.Contains(n.Giver, (string[])["cuda", "cudnn", "driver"]));
    }

    [Fact]
    public void A_build_with_an_unresolved_library_fails() =>
        Assert.Matches(@"ldd /check/libonnxruntime_providers_cuda\.so[\s\S]*exit 1", Containerfile);

    [GeneratedRegex(@"^ARG CUDA_IMAGE=\S*/cuda:(\d+)\.[\d.]+-(\S+)-ubuntu", RegexOptions.Multiline)]
    private static partial Regex BaseImage();
}
