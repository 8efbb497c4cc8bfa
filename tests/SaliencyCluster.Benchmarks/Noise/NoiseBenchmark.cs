using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Benchmarks.Samples;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Benchmarks.Noise;

/// <summary>How far SmoothGrad's mean is from its limit, by kind of noise and number of samples.</summary>
internal static class NoiseBenchmark
{
    public static readonly IReadOnlyList<string> Samplings = ["independent", "antithetic", "latin-hypercube"];
    private static readonly int[] Samples = [8, 16, 32, 64];

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var engine = new LocalEngine();
        foreach (var target in options.Targets)
            foreach (var name in options.Models)
            {
                var model = SampleModel.Read(name, target, options.Images);
                for (var i = 0; i < options.Images; i++) await ImageAsync(engine, model, target, i, options);
            }
    }

    private static async Task ImageAsync(LocalEngine engine, SampleModel model, string target, int image, BenchmarkOptions options)
    {
        var key = $"noise-{model.Name}-{target}-{options.Reference}-{image}-of-{options.Images}";
        if (ResultCache.Has(options.Cache, key)) return;
        // Another seed, so that no sample of the reference is one of those that are tried.
        var reference = await MapAsync(engine, model, image, new() { Method = "smoothgrad", Samples = options.Reference, Sampling = "latin-hypercube", Seed = 99 });
        var errors = new Dictionary<string, IReadOnlyList<NoiseTrial>>();
        foreach (var sampling in Samplings)
        {
            var trials = new List<NoiseTrial>();
            foreach (var samples in Samples)
                trials.Add(new(samples, SquaredError(await MapAsync(engine, model, image, new() { Method = "smoothgrad", Samples = samples, Sampling = sampling, Seed = 1 }), reference)));
            errors[sampling] = trials;
        }
        ResultCache.Write(options.Cache, key, new NoiseResult(model.Name, target, image, options.Reference, errors));
        Console.WriteLine(key);
    }

    private static async Task<float[]> MapAsync(LocalEngine engine, SampleModel model, int image, ExplanationRequest request) =>
        (await engine.ExplainAsync(model.Model, request with { Score = model.Score }, model.Images[image], (uint)image, default)).Estimate.Map.Data;

    private static double SquaredError(float[] map, float[] reference) =>
        map.Zip(reference, (a, b) => ((double)a - b) * (a - b)).Sum() / reference.Sum(v => (double)v * v);
}

/// <summary>What one image gave: kept in the cache.</summary>
internal sealed record NoiseResult(string Model, string Target, int Image, int Reference, IReadOnlyDictionary<string, IReadOnlyList<NoiseTrial>> Samplings);

/// <summary>Squared error of the mean of as many samples, relative to the squared norm of the reference.</summary>
internal sealed record NoiseTrial(int Samples, double SquaredError);
