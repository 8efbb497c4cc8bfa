using SaliencyCluster.Cli.CommandLine;

return await SaliencyCommandLine.RunAsync(args, CliHost.OfThisProcess());
