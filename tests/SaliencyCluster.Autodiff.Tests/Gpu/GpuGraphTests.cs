using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Autodiff.Tests.Gpu;

/// <summary>The graphs that GPUs get, on the processor: their numbers, and that the CUDA provider has kernels for them.</summary>
public sealed class GpuGraphTests
{
    public static TheoryData<string> Models => new(ZooModel.NamesIn(ZooModel.Repository));

    [Theory, MemberData(nameof(Models))]
    public void Gradient_of_the_form_for_gpus_equals_pytorch_in_float64(string name)
    {
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        using var run = new ZooRun(zoo, device: DeviceKind.Gpu);
        var (score, gradient) = run.Of(zoo);
        Assert.Equal(zoo.Score, score, 1e-4 * Math.Max(1, Math.Abs(zoo.Score)));
        Assert.InRange(Numbers.RelativeError(gradient, zoo.Gradient()), 0, 1e-4);
    }

    [Theory, MemberData(nameof(Models))]
    public void Every_node_has_a_kernel_in_the_cuda_provider(string name)
    {
        var listed = CudaKernels.Listed;
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        var model = ModelReader.ReadFile(zoo.OnnxFile);
        var nodes = GpuGraphs.Specs(zoo, model).SelectMany(spec => ExplanationCompiler.Nodes(model, spec)).ToList();
        Assert.NotEmpty(nodes);
        Assert.Equal("", string.Join('\n', nodes.Select(CudaKernels.Signature).Distinct().Where(s => !listed.Contains(s))));
    }

    [Fact]
    public void A_gpu_gets_plain_convolutions_and_masks_and_a_cpu_does_not()
    {
        // 16 channels, which a CPU keeps in its blocked layout.
        var model = ModelReader.Read(
            new ModelBuilder(17).Input("x", -1, 3, 8, 8).Weight("w", [16, 3, 3, 3], [.. Enumerable.Range(0, 432).Select(i => (i % 7) - 3f)])
                .Node("Conv", "x w", "c", ("pads", (long[])[1, 1, 1, 1])).Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p")
                    .Node("Flatten", "p", "y")
                .Output("y", -1, 16).Proto.ToByteArray(), "plain");
        var spec = new ExplanationSpec { ImageShape = [3, 8, 8], MicroBatch = 4 };
        var (gpu, cpu) = (Operators(spec with { Device = DeviceKind.Gpu }), Operators(spec));
        Assert.Superset(new HashSet<string> { "Conv", "ConvTranspose", "Where" }, gpu);
        Assert.DoesNotContain("Clip", gpu);
        Assert.Contains("Clip", cpu);
        Assert.DoesNotContain("ConvTranspose", cpu);
        Assert.NotEqual((spec with { Device = DeviceKind.Gpu }).Key, spec.Key);

        HashSet<string> Operators(ExplanationSpec s) => [.. ExplanationCompiler.Nodes(model, s).Select(n => n.Op)];
    }

    /// <summary>
    /// Lets the real provider place every graph, with the processor forbidden, and writes down (<c>APPROVE=1</c>) or compares what it took. Needs the
    /// GPU flavour and CUDA or its stub: tests/gpu/flavour runs it.
    /// </summary>
    [Fact(Explicit = true)]
    public void The_cuda_provider_takes_every_graph_and_the_list_of_kernels_is_of_its_version()
    {
        var taken = new SortedSet<string>(StringComparer.Ordinal);
        var refused = new List<string>();
        foreach (var name in ZooModel.NamesIn(ZooModel.Repository))
        {
            var zoo = ZooModel.Load(ZooModel.Repository, name);
            var model = ModelReader.ReadFile(zoo.OnnxFile);
            foreach (var spec in GpuGraphs.Specs(zoo, model))
            {
                if (Refusal(ExplanationCompiler.Compile(model, spec)) is { } why) refused.Add($"{name} {spec.Key}: {why}");
                else taken.UnionWith(ExplanationCompiler.Nodes(model, spec).Select(CudaKernels.Signature));
            }
        }
        Assert.True(refused.Count == 0, string.Join('\n', refused));
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") CudaKernels.Write(taken, OrtEnv.Instance().GetVersionString());
        Assert.Superset(taken, CudaKernels.Listed.ToHashSet());
        Assert.Contains($"ONNX Runtime {OrtEnv.Instance().GetVersionString()} ", File.ReadAllText(CudaKernels.File), StringComparison.Ordinal);
    }

    private static string? Refusal(ExplanationGraph graph)
    {
        using var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        settings.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
        settings.AppendExecutionProvider_CUDA(0);
        try
        {
            using var session = new InferenceSession(graph.Model.ToArray(), settings);
            return null;
        }
        catch (OnnxRuntimeException error)
        {
            return error.Message;
        }
    }
}
