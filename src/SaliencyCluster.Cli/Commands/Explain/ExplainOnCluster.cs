using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary><c>saliency explain</c> through a gateway: one image as a live call, several as a job.</summary>
internal static class ExplainOnCluster
{
    /// <summary>Explains; an image that fails is reported and the others go on.</summary>
    public static async Task<int> RunAsync(ExplainArguments what, SaliencyClient client, CliHost host, CancellationToken cancellation)
    {
        var model = await ModelUploader.FindOrAddAsync(client, what.Model, what.Labels, what.Preprocessing, cancellation);
        var images = new ImageFiles(model.ImageShape.Count).List(what.Inputs);
        var folder = new ResultFolder(host, what.Out);
        folder.Create();
        var (name, options) = ($"{model.Name}:{model.Version}", WireRequest.Of(what.Request));
        var report = new ExplainReport(host);
        if (images.Count == 1)
        {
            using var progress = new ProgressDisplay(host, 0, "points");
            await ExplainOneAsync(client, name, options, images[0].ForGateway(), progress, image => Take(image, progress), cancellation);
        }
        else
        {
            // Noise depends on an image's place in its job, so only one job gives what --local gives.
            using var progress = new ProgressDisplay(host, images.Count, "images");
            var job = await client.Jobs.SubmitAsync(name, options, images.Select(i => i.ForGateway()).ToAsyncEnumerable(), cancellation: cancellation);
            await foreach (var image in client.Jobs.ReadResultsAsync(job.JobId, cancellation: cancellation))
            {
                progress.Meter.Add(1);
                Take(image, progress);
            }
        }
        return report.Finish(what.Out);

        void Take(ExplainedImage image, ProgressDisplay progress)
        {
            if (WireResults.Failure(image) is { } failure) report.Failed(image.Result.Name, failure, progress);
            else report.Done(WireResults.Write(folder, image, what.Request.Method, images[image.Result.Index].Backdrop()), progress);
        }
    }

    private static async Task ExplainOneAsync(
        SaliencyClient client, string model, ExplanationOptions options, ImageInput image, ProgressDisplay progress, Action<ExplainedImage> take, CancellationToken cancellation)
    {
        long done = 0;
        var waiting = "";
        await foreach (var update in client.ExplainAsync(model, options, image, cancellation: cancellation))
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
