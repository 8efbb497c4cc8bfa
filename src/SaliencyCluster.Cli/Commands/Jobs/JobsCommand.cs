using System.CommandLine;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs</c>: jobs of many images on a cluster. A new one is one new line.</summary>
internal static class JobsCommand
{
    public static Command Create(CliHost host) => new("jobs", "Submit, list, watch, change and fetch jobs.")
    {
        new JobsSubmitCommand(host),
        new JobsListCommand(host),
        new JobsWatchCommand(host),
        new JobActionCommand(host, "pause", "Start no further image of a job; those under way are finished.", (jobs, id, ct) => jobs.PauseAsync(id, ct)),
        new JobActionCommand(host, "resume", "Go on with a paused job.", (jobs, id, ct) => jobs.ResumeAsync(id, ct)),
        new JobsReprioritizeCommand(host),
        new JobActionCommand(
            host, "cancel", "Stop a job; maps that are finished can still be fetched.",
            (jobs, id, tenant, ct) => jobs.CancelAsync(id, tenant, ct)),
        new JobActionCommand(host, "retry", "Explain the failed images of a job again.", (jobs, id, ct) => jobs.RetryAsync(id, ct)),
        new JobsDeleteCommand(host),
        new JobsFetchCommand(host),
    };
}
