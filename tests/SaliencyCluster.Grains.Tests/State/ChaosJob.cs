using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.State;

/// <summary>One user with one job, who does something to it in every round and repeats what failed until it is acknowledged.</summary>
internal sealed class ChaosJob(RoleCluster cluster, string tenant, int number, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly ExplanationRequest Request = new() { Method = "gradient", Target = "3" };
    private readonly Random _random = new(seed);
    private ManifestReference? _images;

    public string Id { get; } = $"job-{number}";

    /// <summary>Gets whether its submission was acknowledged and its deletion not asked for.</summary>
    public bool IsThere { get; private set; }

    private IJobGrain Job => cluster.Job(Id, tenant);

    /// <summary>Submits it, or changes it.</summary>
    public async Task ActAsync()
    {
        if (!IsThere)
        {
            await SubmitAsync();
            return;
        }
        switch (_random.Next(7))
        {
            case 0: await ChangedAsync(Job.CancelAsync); break;
            case 1: await ChangedAsync(Job.PauseAsync); break;
            case 2: await ChangedAsync(() => Job.ReprioritizeAsync(JobPriority.Interactive, 2)); break;
            case 3: await ChangedAsync(Job.RetryFailedAsync); break;
            case 4: await DeleteAsync(); break;
            default: await SubmitAsync(); break;
        }
    }

    /// <summary>Waits until it has ended, however that goes.</summary>
    public async Task EndAsync()
    {
        if (!IsThere) return;
        await ChangedAsync(Job.ResumeAsync);
        var status = await CallAsync(Job.GetAsync);
        while (!status.IsFinal)
        {
            var known = status.Version;
            status = await CallAsync(() => Job.WaitForChangeAsync(known, Test.Token));
        }
    }

    public async Task DeleteAsync()
    {
        if (!IsThere) return;
        IsThere = false;
        await CallAsync(async () =>
        {
            try
            {
                await Job.CancelAsync();
                await Job.DeleteAsync();
            }
            catch (SaliencyException missing) when (missing.Code == "SAL3002")
            {
                // An attempt before this one had got through.
            }
            return true;
        });
    }

    /// <summary>Checks that everything that was acknowledged is there, with every blob that it refers to.</summary>
    public async Task CheckAsync(IReadOnlySet<string> listed)
    {
        Assert.Equal((Id, IsThere), (Id, listed.Contains(Id)));
        if (!IsThere) return;
        var status = await CallAsync(Job.GetAsync);
        Assert.True(status.IsFinal);
        foreach (var outcome in await CallAsync(() => Job.ReadImagesAsync(0, 1000)))
        {
            if (status.State == JobState.Completed) Assert.Equal((Id, ImageState.Done), (Id, outcome.State));
            if (outcome.Result is { } result) Assert.NotEmpty(await cluster.Blobs.ReadAsync(result.Map, Test.Token));
        }
        await foreach (var blob in new ManifestReader(cluster.Blobs, _images!).BlobsAsync(Test.Token)) Assert.True(await cluster.Blobs.ExistsAsync(blob, Test.Token), $"{Id} lost {blob}");
    }

    private async Task SubmitAsync()
    {
        _images ??= await cluster.Blobs.AddImagesAsync(number % 2 == 0 ? 1 : 5, 1, 28, 28);
        // It may have been deleted and its blobs collected meanwhile: a user sends them again.
        if (!IsThere) _images = await cluster.Blobs.AddImagesAsync(_images.Count, 1, 28, 28);
        var submission = Samples.Job("mnist-cnn", _images, Request) with { Admission = new() { Limits = new(1_000_000, 1_000_000_000, 1000), ImageBytes = 1000 } };
        await CallAsync(() => Job.SubmitAsync(submission, Test.Token));
        IsThere = true;
    }

    private async Task ChangedAsync(Func<Task<JobStatus>> change)
    {
        try
        {
            await CallAsync(change);
        }
        catch (SaliencyException late) when (late.Code is "SAL3006" or "SAL3007")
        {
            // It has ended, or goes on.
        }
    }

    private static Task<T> CallAsync<T>(Func<Task<T>> call) => Retry.CallAsync(call, TimeProvider.System, Patience, Test.Token);
}
