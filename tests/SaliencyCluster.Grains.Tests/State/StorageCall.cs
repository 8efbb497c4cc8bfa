using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Abstractions.Tenants;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Tenants;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Grains.Tests.Evaluations;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>One case's own tenant on the shared cluster, and the grains that it calls.</summary>
internal sealed class Scene(RoleCluster cluster, string tenant, ManifestReference images, ManifestReference digits)
{
    public const string Id = "it";
    private static readonly ExplanationRequest Request = new() { Method = "gradient", Target = "3" };

    public string Tenant => tenant;

    public string Page => $"{tenant}/0";

    public IGrainFactory Grains => cluster.Grains;

    public IJobGrain Job => cluster.Job(Id, tenant);

    public IJobWorkGrain JobWork => Grains.GetGrain<IJobWorkGrain>($"{tenant}/{Id}");

    public IEvaluationGrain Evaluation => Grains.GetGrain<IEvaluationGrain>($"{tenant}/{Id}");

    public IJobIndexGrain Jobs => Grains.GetGrain<IJobIndexGrain>(tenant);

    public IEvaluationIndexGrain Evaluations => Grains.GetGrain<IEvaluationIndexGrain>(tenant);

    public IJobIndexPageGrain IndexPage => Grains.GetGrain<IJobIndexPageGrain>(Page);

    public IOutcomePageGrain Outcomes => Grains.GetGrain<IOutcomePageGrain>($"{tenant}/{Id}/0");

    public IModelIndexGrain Models => Grains.GetGrain<IModelIndexGrain>(tenant);

    public IModelGrain Model => Grains.GetGrain<IModelGrain>(new ModelKey(tenant, "mnist-cnn", 1).ToString());

    public ISecretGrain Secret => Grains.GetGrain<ISecretGrain>($"{tenant}");

    public IModelTrialGrain Trial => Grains.GetGrain<IModelTrialGrain>(tenant);

    public IQuarantineListGrain Quarantine => Grains.GetGrain<IQuarantineListGrain>(tenant);

    public TrialAttempt Attempt { get; } = new(Guid.NewGuid(), "graph", "w/cpu", "10.0.0.1:11111@1");

    public async Task EndAsync(int processes)
    {
        for (var i = 0; i < processes; i++) await Trial.EndAsync(Attempt with { Id = Guid.NewGuid() }, TrialOutcome.Ended, "end");
    }

    public async Task<string[]> AllQuarantinedAsync() =>
        [.. (await Grains.GetGrain<IQuarantineListGrain>(GrainKeys.Single).ListAsync()).Select(m => m.Model)];

    public Task DeactivateTrialAsync() => cluster.DeactivateAsync("saliency.model-trial");

    public ITenantListGrain Tenants => Grains.GetGrain<ITenantListGrain>(GrainKeys.Single);

    public ITenantUsageGrain Usage => Grains.GetGrain<ITenantUsageGrain>(tenant);

    public string Work => new WorkKey(WorkKind.Job, tenant, Id).ToString();

    public IOpenWorkGrain OpenWork => Grains.GetGrain<IOpenWorkGrain>($"{WorkKey.Parse(Work).Part}");

    public Task<ModelInfo> RegisterAsync() => cluster.AddModelAsync("mnist-cnn", tenant);

    public Task SubmitAsync() => Job.SubmitAsync(Samples.Job("mnist-cnn", images, Request) with { Admission = new() { ImageBytes = 1000 } }, Test.Token);

    public Task SubmitEvaluationAsync() =>
        Evaluation.SubmitAsync(DigitEvaluations.Submission(new() { Title = "t", Methods = ["gradient"] }, digits) with { Admission = new() { ImageBytes = 1000 } }, Test.Token);

    /// <summary>Ends every image, one of them with a map.</summary>
    public async Task CompleteAsync()
    {
        for (var i = 0; i < images.Count; i++) await CompleteAsync(i);
    }

    /// <summary>Ends an image as its aggregator does.</summary>
    public async Task CompleteAsync(int image)
    {
        // The pump has to have started it.
        await Eventually.TrueAsync(async () => (await Job.GetAsync()) is { IsFinal: true } or { Active: > 0 }, "the images are under way");
        await JobWork.CompleteAsync(Outcome(image, (await Job.ReadImagesAsync(image, 1))[0].Try));
    }

    public static ImageOutcome Outcome(int image, int attempt = 1) => image == 0
        ? new(0, "image-0", ImageState.Done, new() { Map = new string('a', 64), Shape = [1, 2, 2], Target = "3", Score = 1, Points = 1, Parameters = "{}", Seconds = 1, Workers = [] }, Try: attempt)
        : new(image, $"image-{image}", ImageState.Failed, Error: new("SAL2101", "what", "next"), Try: attempt);

    public async Task<JobStatus?> StatusAsync()
    {
        try
        {
            return await Job.GetAsync();
        }
        catch (Onnx.SaliencyException missing) when (missing.Code == "SAL3002")
        {
            return null;
        }
    }

    public async Task<bool> IsListedAsync() => (await IndexPage.ReadAsync()).Contains(Id);

    public async Task<int> OpenAsync() => (await Usage.GetAsync()).Jobs;
}

/// <summary>A call that changes what is stored.</summary>
/// <param name="Grain">The interface.</param>
/// <param name="Call">Its method.</param>
/// <param name="Writes">The kinds of grains whose storage fails, one at a time.</param>
/// <param name="Prepare">What was before.</param>
/// <param name="Act">The call.</param>
/// <param name="IsStored">What must be there afterwards, said by other activations.</param>
internal sealed record StorageCall(Type Grain, string Call, string[] Writes, Func<Scene, Task> Prepare, Func<Scene, Task> Act, Func<Scene, Task<bool>> IsStored)
{
    public override string ToString() => $"{Grain.Name}.{Call}";
}
