using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary><c>saliency explain</c> through a gateway: one map as a live call, several as a job.</summary>
internal static class ExplainOnCluster
{
    /// <summary>Explains; an image that fails is reported and the others go on.</summary>
    public static async Task<int> RunAsync(ExplainArguments what, SaliencyClient client, CliHost host, CancellationToken cancellation)
    {
        var models = new List<(string Asked, Model Known)>();
        foreach (var name in what.Models) models.Add((name, await ModelUploader.FindOrAddAsync(client, name, what.Facts, cancellation)));
        var report = new ExplainReport(host, what.Requests.Count > 1);
        var inputs = models.Select(m => ModelInput.Of(m.Known, what.Facts.Pictures)).ToList();
        var files = new ImageFiles(inputs[0]);
        var images = ClusterImages.Readable(files.List(what.Inputs), inputs, what.Requests, report);
        report.Note(files.LeftOut);
        if (images.Count == 0) return report.Finish(what.Out);
        var folders = models.Select(m => new ResultFolder(host, what.FolderOf(m.Asked))).ToList();
        foreach (var folder in folders) folder.Create();
        var names = models.Select(m => $"{m.Known.Name}:{m.Known.Version}").ToList();
        if (images.Count == 1 && names.Count == 1 && what.Requests.Count == 1)
        {
            using var progress = new ProgressDisplay(host, 0, "points");
            var written = new WireFolder(folders[0], what.Style);
            await ExplainOneAsync(client, names[0], WireRequest.Of(what.Requests[0]), images[0].ForGateway(), what.Pool, progress, image =>
            {
                report.Evaluated(image.Result.Points);
                Take(image, written, progress);
            }, cancellation);
        }
        else
        {
            // Noise depends on an image's place in its job, so only one job gives what --local gives.
            using var progress = new ProgressDisplay(host, images.Count * names.Count, "images");
            var job = await client.Jobs.SubmitAsync(WireRequest.Header(names, what.Requests, null, what.Pool), images.Select(i => i.ForGateway()).ToAsyncEnumerable(), cancellation);
            foreach (var (id, folder) in job.Companions.Prepend(job.JobId).Zip(folders))
            {
                var written = new WireFolder(folder, what.Style);
                await foreach (var image in client.Jobs.ReadResultsAsync(id, cancellation: cancellation))
                {
                    if (image.Result.MethodIndex == 0) progress.Meter.Add(1);
                    Take(image, written, progress);
                }
                // Not those of the maps: what methods share was evaluated once.
                report.Evaluated((await client.Jobs.GetAsync(id, cancellation)).PointsDone);
            }
        }
        return report.Finish(what.Out);

        void Take(ExplainedImage image, WireFolder files, ProgressDisplay progress)
        {
            if (WireResults.Failure(image) is { } failure) report.Failed(image.Result.Name, failure, progress);
            else report.Done(files.Write(image, images[image.Result.Index]), progress);
        }
    }

    private static async Task ExplainOneAsync(
        SaliencyClient client, string model, ExplanationOptions options, ImageInput image, string pool, ProgressDisplay progress, Action<ExplainedImage> take, CancellationToken cancellation)
    {
        long done = 0;
        var waiting = "";
        await foreach (var update in client.ExplainAsync(model, options, image, partialMaps: false, pool, cancellation))
        {
            switch (update)
            {
                case ExplainUpdate.Progress p:
                    progress.Meter.SetTotal(p.PointsTotal);
                    progress.Meter.Add((int)(p.PointsDone - done));
                    done = p.PointsDone;
                    if (p.WaitingFor != waiting) progress.Above(p.WaitingFor);
                    waiting = p.WaitingFor;
                    break;
                case ExplainUpdate.Finished finished:
                    take(finished.Answer);
                    break;
            }
        }
    }
}
