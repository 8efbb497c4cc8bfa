using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.Reporting;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Evaluations;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Evaluations;

/// <summary>Evaluations of digits: on a cluster, and the same in this process to compare with.</summary>
internal static class DigitEvaluations
{
    /// <summary>Every kind of batch there is: randomised models, another model, other classes, changed images, outputs.</summary>
    public static readonly EvaluationRequest Everything = new()
    {
        Title = "digits",
        Methods = ["grad-cam", "gradient-times-input"],
        Seeds = 1,
        MontageImages = 1,
        Randomization = new RandomizationCheck { Orders = [LayerOrder.CascadingFromOutput] },
        ShuffledLabels = "mnist-cnn-random-labels",
        RandomLogit = new(),
        InsertionDeletion = new InsertionDeletionCheck { Steps = 4 },
        Road = new RoadCheck { Shares = [0.5] },
        Infidelity = new InfidelityCheck { Samples = 4 },
        Sensitivity = new SensitivityCheck { Samples = 1 },
        LocalizationBeside = ["mnist-cnn-random-labels"],
    };

    /// <summary>Long enough to be disturbed in the middle.</summary>
    public static readonly EvaluationRequest Cascade = new()
    {
        Title = "cascade",
        Methods = ["smoothgrad"],
        Seeds = 1,
        MontageImages = 1,
        Randomization = new(),
        PixelFlipping = new PixelFlippingCheck { Steps = 4 },
    };

    public static EvaluationSubmission Submission(EvaluationRequest request, ManifestReference images) => new() { Model = "mnist-cnn", Request = request, Images = images };

    /// <summary>Stores digits with masks and groups.</summary>
    public static async Task<ManifestReference> AddDigitsAsync(this IBlobStore blobs, int count)
    {
        var writer = new ManifestWriter(blobs);
        foreach (var image in Digits(count))
        {
            var mask = new Attribution.Tensor([28, 28], [.. image.Mask!.Inside.Select(inside => inside ? 1f : 0)]);
            await writer.AddAsync(new(image.Name, await blobs.WriteAsync(NpyFile.Write(image.Pixels)), ImageFormat.Tensor)
            {
                Group = image.Group, Mask = await blobs.WriteAsync(NpyFile.Write(mask)),
            });
        }
        return await writer.CompleteAsync();
    }

    public static IEvaluationGrain Evaluation(this ISampleCluster cluster, string id) =>
        cluster.Grains.GetGrain<IEvaluationGrain>(new EvaluationKey(GrainKeys.DefaultTenant, id).ToString());

    public static async Task<EvaluationStatus> UntilAsync(this IEvaluationGrain evaluation, Func<EvaluationStatus, bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var status = await Calls.Retry.CallAsync(evaluation.GetAsync, TimeProvider.System, TimeSpan.FromMinutes(1), deadline.Token);
        while (!condition(status) && !status.IsFinal)
        {
            var known = status.Version;
            status = await Calls.Retry.CallAsync(() => evaluation.WaitForChangeAsync(known, deadline.Token), TimeProvider.System, TimeSpan.FromMinutes(1), deadline.Token);
        }
        return status;
    }

    /// <summary>Waits for the report and reads what it says for programs.</summary>
    public static async Task<(string Json, string Csv)> ReportAsync(this IEvaluationGrain evaluation, IBlobStore blobs)
    {
        var status = await evaluation.UntilAsync(s => s.IsFinal);
        Assert.Equal((EvaluationState.Completed, (string?)null), (status.State, status.Error?.What));
        return (Encoding.UTF8.GetString(await blobs.ReadAsync(status.Report!.Json)), Encoding.UTF8.GetString(await blobs.ReadAsync(status.Report.Csv)));
    }

    /// <summary>The same in this process.</summary>
    public static async Task<(string Json, string Csv)> LocallyAsync(EvaluationRequest request, int count)
    {
        var models = new[] { "mnist-cnn", "mnist-cnn-random-labels" }.Select(n => new LocalModel(n, ModelReader.ReadFile(Repo.Model(n)), [])).ToArray();
        var plan = EvaluationPlans.Of(request, models[0].ForChecks(), name => models.Single(m => m.Name == name).ForChecks(), Digits(count), out _);
        await using var device = new Device(new DeviceOptions { Lanes = 1 }, TimeProvider.System, NullLogger.Instance);
        var result = await new EvaluationRunner(plan, new LocalEvaluationEngine(device, models, TimeProvider.System)).RunAsync(cancellation: Test.Token);
        Assert.Empty(result.Facts.Failures);
        return (JsonReport.Write(result), JsonReport.Csv(result));
    }

    private static EvaluatedImage[] Digits(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var pixels = NpyFile.ReadFile(Repo.Golden("inputs", "mnist-cnn", $"digit-{i}.npy"));
        return new EvaluatedImage((uint)i, $"digit-{i}", pixels) { Group = i % 2 == 0 ? "even" : "odd", Mask = new Mask(28, 28, [.. pixels.Data.Select(v => v > 0.5f)]) };
    })];
}
