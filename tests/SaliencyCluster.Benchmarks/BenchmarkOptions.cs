using System.Globalization;

namespace SaliencyCluster.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="What"><c>points</c>, <c>noise</c>, <c>convolutions</c> or <c>report</c>.</param>
/// <param name="Models">Names of sample models, or ONNX files.</param>
/// <param name="Targets"><c>logit</c>, <c>softmax</c> or both.</param>
/// <param name="Images">Images per model.</param>
/// <param name="Reference">Intervals of the reference along the path, or samples of the noise's reference.</param>
/// <param name="Cache">Folder where each image's result is kept, so that a run goes on where it was stopped.</param>
internal sealed record BenchmarkOptions(string What, IReadOnlyList<string> Models, IReadOnlyList<string> Targets, int Images, int Reference, string Cache)
{
    public const string Usage = """
        SaliencyCluster.Benchmarks points [--models A,B] [--targets logit,softmax] [--images N] [--reference N] [--cache DIR]
                                            points needed along the path, by rule
        SaliencyCluster.Benchmarks noise [--models A,B] [--images N] [--reference N] [--cache DIR]
                                            samples needed by SmoothGrad, by kind of noise
        SaliencyCluster.Benchmarks convolutions
                                            GFLOP/s of convolutions in bf16 and of ONNX Runtime's in float32
        SaliencyCluster.Benchmarks report [--cache DIR]
                                            writes docs/points.md and docs/images/points.svg from what is in the cache
        A model is a name of samples/models or an ONNX file. Each image's result is kept in the cache (artifacts/benchmarks).
        """;

    public static BenchmarkOptions? Parse(string[] args)
    {
        if (args.Length == 0 || args.Length % 2 == 0 || args[0] is not ("points" or "noise" or "convolutions" or "report")) return null;
        var options = new BenchmarkOptions(
            args[0], ["mnist-cnn", "bears-clean", "bears-confounded"], ["logit", "softmax"], 24, 4096,
            Path.Combine(TestKit.Repo.Root, "artifacts", "benchmarks"));
        for (var i = 1; i < args.Length && options is not null; i += 2)
        {
            var (text, number) = (args[i + 1], int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var n) ? n : 0);
            options = args[i] switch
            {
                "--models" => options with { Models = text.Split(',') },
                "--targets" when text.Split(',').All(t => t is "logit" or "softmax") => options with { Targets = text.Split(',') },
                "--images" when number > 0 => options with { Images = number },
                "--reference" when number > 1 => options with { Reference = number },
                "--cache" => options with { Cache = text },
                _ => null,
            };
        }
        return options;
    }
}
