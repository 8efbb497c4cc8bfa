using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs</c>: jobs of many images on a cluster. A new one is one new line.</summary>
internal static class JobsCommand
{
    public static Command Create(CliHost host) => new("jobs", "Submit, list, watch, cancel and fetch jobs.")
    {
        new JobsSubmitCommand(host),
        new JobsListCommand(host),
        new JobsWatchCommand(host),
        new JobsCancelCommand(host),
        new JobsFetchCommand(host),
    };
}
