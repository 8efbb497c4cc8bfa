using System.CommandLine;
using SaliencyCluster.Cli.Connection;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary>Every command, in the order in which help shows them. A new command is one new line here.</summary>
internal static class CommandCatalog
{
    /// <summary>Makes the root command.</summary>
    public static RootCommand Root(CliHost host)
    {
        var root = All(host);
        AccessOptions.AddTo(root);
        return root;
    }

    private static RootCommand All(CliHost host) => new("Saliency maps of ONNX models, alone or on a cluster.")
    {
        GlobalOptions.Json,
        new Commands.Demo.DemoCommand(host),
        new Commands.Serve.ServeCommand(host),
        new Commands.Serve.WorkerCommand(host),
        new Commands.Serve.KServeCommand(host),
        new Commands.Explain.ExplainCommand(host),
        new Commands.Export.ExportCommand(host),
        Commands.Visualize.VisualizeCommand.Create(host),
        Commands.Jobs.JobsCommand.Create(host),
        new Commands.Verify.VerifyCommand(host),
        Commands.Models.ModelsCommand.Create(host),
        Commands.Keys.KeysCommand.Create(host),
        new Commands.Audit.AuditCommand(host),
        Commands.Certificates.CertificatesCommand.Create(host),
        new Commands.Methods.MethodsCommand(host),
        new Commands.Migrate.MigrateCommand(host),
        new Commands.Completion.CompletionCommand(host),
        new Commands.Doctor.DoctorCommand(host),
        Commands.Check.CheckCommand.Create(host),
        Commands.Check.EvaluateCommand.Create(host),
        Commands.Evaluations.EvaluationsCommand.Create(host),
        Commands.Bench.BenchCommand.Create(host),
    };
}
