using SaliencyCluster.Cli;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.TrialRun;

return TrialProgram.IsAsked(args) ? TrialProgram.Run(args)
    : ProcessEnd.Of(await SaliencyCommandLine.RunAsync(args, CliHost.OfThisProcess()));
