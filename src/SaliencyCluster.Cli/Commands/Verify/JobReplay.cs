using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Provenance;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Verify;

/// <summary>Has a cluster explain images of a job again, and compares the maps with those that were signed.</summary>
internal static class JobReplay
{
    /// <summary>Replays images from the whole length of the job.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="check">What was signed.</param>
    /// <param name="count">How many images.</param>
    /// <param name="note">Told what is left behind.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The number of maps that were compared, and what differs.</returns>
    public static async Task<(int Maps, IReadOnlyList<Difference> Differences)> RunAsync(
        SaliencyClient client, ResultCheck check, int count, Action<string> note, CancellationToken cancellation)
    {
        var done = check.Images.Where(i => i.Maps is not null).ToList();
        count = Math.Min(count, done.Count);
        var chosen = Enumerable.Range(0, count).Select(i => done[(int)((long)i * done.Count / count)]).ToList();
        if (chosen.Count == 0) return (0, []);
        var job = await client.Jobs.ReplayAsync(check.Manifest.Job, chosen.Select(i => i.Index), cancellation);
        var (maps, differences) = (0, new List<Difference>());
        try
        {
            await foreach (var image in client.Jobs.ReadResultsAsync(job.JobId, cancellation: cancellation))
            {
                var signed = chosen[image.Result.Index];
                if (WireResults.Failure(image) is { } failure)
                    differences.Add(new(signed.Name, $"it cannot be replayed: {failure.Code}: {failure.What}"));
                else Compare(signed, signed.Maps![image.Result.MethodIndex], WireResults.Read(image));
            }
            if (job.ModelSha256 != check.Manifest.ModelSha256)
                differences.Add(new(ManifestFiles.Manifest, $"the cluster has another model as {check.Manifest.Model}"));
        }
        finally
        {
            await ForgetAsync(client, job.JobId, note);
        }
        return (maps, differences);

        void Compare(
            ManifestImage image, ManifestMap map, (ResultDocument Result, Tensor Map, Tensor? Errors, ImageLayout Layout) again)
        {
            maps++;
            var hash = ResultCheck.Hash(NpyFile.Write(again.Map.ToOwn(again.Layout)));
            if (hash != map.Sha256) differences.Add(new(
                $"{image.Name}/{map.Method}.npy", $"the replay gives {ResultCheck.Short(hash)}, and {ResultCheck.Short(map.Sha256)} was signed"));
        }
    }

    // Also after Ctrl+C: nobody asks for its results again.
    private static async Task ForgetAsync(SaliencyClient client, string job, Action<string> note)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await client.Jobs.CancelAsync(job, limit.Token);
            await client.Jobs.DeleteAsync(job, limit.Token);
        }
        catch (Exception error) when (error is GatewayException or OperationCanceledException)
        {
            note($"the replay is left: saliency jobs delete {job} ({error.Message})");
        }
    }
}
