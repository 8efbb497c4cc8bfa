using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Commands.Explain;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs fetch ID --out DIR</c>: writes the results of a job, those that are there or, with <c>--follow</c>, all.</summary>
internal sealed class JobsFetchCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The job." };
    private readonly Option<string> _out = new("--out") { Description = "Folder for the results.", Required = true, HelpName = "DIR" };
    private readonly Option<bool> _follow = new("--follow") { Description = "Wait for images that are not finished, until the job has ended." };
    private readonly EndpointOption _endpoint = new();
    private readonly RenderingOptions _rendering = new();

    public JobsFetchCommand(CliHost host) : base("fetch", "Write the results of a job to a folder.", host)
    {
        Add(_id);
        foreach (var option in (Option[])[_out, _follow, _endpoint]) Add(option);
        _rendering.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (id, path) = (arguments.GetRequiredValue(_id), arguments.GetRequiredValue(_out));
        using var client = _endpoint.Connect(arguments, host.Clock);
        var job = await client.Jobs.GetAsync(id, cancellation);
        var folder = new ResultFolder(host, path);
        folder.Create();
        var files = new WireFolder(folder, _rendering.Read(arguments));
        var report = new ExplainReport(host);
        using (var progress = new ProgressDisplay(host, job.Images, "images"))
        {
            await foreach (var image in client.Jobs.ReadResultsAsync(id, arguments.GetValue(_follow), cancellation: cancellation))
            {
                if (image.Result.MethodIndex == 0) progress.Meter.Add(1);
                if (WireResults.Failure(image) is { } failure) report.Failed(image.Result.Name, failure, progress);
                else report.Done(files.Write(image, null), progress);
            }
        }
        if (!await ManifestFiles.WriteAsync(client, id, folder, cancellation))
            report.Note("the job has not ended: fetch it again then for its manifest");
        return report.Finish(path);
    }
}
