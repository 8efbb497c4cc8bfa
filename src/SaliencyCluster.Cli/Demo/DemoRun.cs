using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Imaging;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Demo.Report;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;
using Tensor = SaliencyCluster.Attribution.Tensor;

namespace SaliencyCluster.Cli.Demo;

/// <summary>What the demo computes through a gateway: every picture with both models, and one picture with many methods.</summary>
internal sealed class DemoRun(SaliencyClient client, CliHost host, string outFolder)
{
    private const string Method = "integrated-gradients";
    private const int Steps = 64;

    private static readonly HeatMapOptions Bare = new() { ColourBar = false, MinSide = 256 };

    // The same question to the methods that a model of this kind allows, in the order in which they are shown.
    private static readonly string[] Others =
        ["gradient", "gradient-times-input", "smoothgrad", "vargrad", "guided-backprop", "grad-cam", "guided-grad-cam", "occlusion"];

    private readonly IReadOnlyList<DemoSample> _samples = DemoSamples.Pictures();

    /// <summary>Gets the points that were evaluated.</summary>
    public long Points { get; private set; }

    /// <summary>Gets the maps that were made.</summary>
    public int Maps { get; private set; }

    /// <summary>Uploads the models.</summary>
    public async Task UploadAsync(CancellationToken cancellation)
    {
        foreach (var model in DemoSamples.Models)
            await ModelUploader.AddAsync(client, model, DemoSamples.ModelPath(model), ModelFacts.None, cancellation);
    }

    /// <summary>Explains every picture with both models, as one job per model.</summary>
    public async Task<IReadOnlyList<DemoImage>> ExplainAllAsync(CancellationToken cancellation)
    {
        var options = new ExplanationOptions { Method = Method, Steps = Steps, Rule = "riemann_middle" };
        var jobs = new List<Job>();
        foreach (var model in DemoSamples.Models)
            jobs.Add(await client.Jobs.SubmitAsync(model, options, _samples.Select(s => ImageInput.FromFile(s.Path)).ToAsyncEnumerable(), cancellation: cancellation));
        var answers = new List<DemoAnswer>[_samples.Count];
        using var progress = new ProgressDisplay(host, jobs.Sum(j => j.Images), "maps");
        for (var model = 0; model < jobs.Count; model++)
        {
            await foreach (var image in client.Jobs.ReadResultsAsync(jobs[model].JobId, cancellation: cancellation))
            {
                (answers[image.Result.Index] ??= []).Add(Answer(image, _samples[image.Result.Index], Path.Combine(outFolder, DemoSamples.Models[model]), Method));
                progress.Meter.Add(1);
            }
        }
        return [.. _samples.Select((s, i) => new DemoImage(s.Name, s.Animal, s.Ground, File.ReadAllBytes(s.Path), s.Mask.Share, answers[i]))];
    }

    /// <summary>Asks both models about one picture with other methods, each as a live call.</summary>
    public async Task<IReadOnlyList<DemoMethod>> ExplainWithOthersAsync(string name, CancellationToken cancellation)
    {
        var sample = _samples.Single(s => s.Name == name);
        var methods = new List<DemoMethod>();
        foreach (var method in Others)
        {
            var pictures = new List<byte[]>();
            foreach (var model in DemoSamples.Models)
            {
                var image = await client.ExplainToEndAsync(model, new ExplanationOptions { Method = method }, ImageInput.FromFile(sample.Path), cancellation);
                pictures.Add(Answer(image, sample, Path.Combine(outFolder, "other-methods", model, method), method).HeatMap);
            }
            methods.Add(new(method, pictures));
        }
        return methods;
    }

    private DemoAnswer Answer(ExplainedImage image, DemoSample sample, string folder, string method)
    {
        if (WireResults.Failure(image) is { } failure) throw failure;
        var backdrop = Backdrop.Of(PictureDecoder.Decode(File.ReadAllBytes(sample.Path), sample.Path));
        WireResults.Write(new ResultFolder(host, folder), image, backdrop);
        Points += image.Result.Points;
        Maps++;
        var map = new Tensor([.. image.Map!.Shape], image.Map.Values);
        return new(image.Result.Label, image.Result.Label == sample.Animal, image.Result.Score, ShareOn(sample, map), HeatMap.Png(map, backdrop, Bare.For(method)));
    }

    // Only for maps of the picture's own size; a coarse one has no pixels to compare with the mask.
    private static double ShareOn(DemoSample sample, Tensor map) =>
        map.Shape[^1] == sample.Mask.Width ? LocalizationMetrics.MassAccuracy(MapView.Signed(map).Select(v => Math.Max(v, 0)), sample.Mask) : double.NaN;
}
