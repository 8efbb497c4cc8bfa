using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Gateway.Identity.Audit;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Audit;

/// <summary><c>saliency audit FILE</c>: who did what, as a gateway has written it down, and whether a line was changed since.</summary>
internal sealed class AuditCommand : CliCommand
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Files that gateways write (Saliency:Gateway:Audit:File).", Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<DateTimeOffset?> _since = new("--since") { Description = "From this time on, such as 2026-11-30T08:00Z.",
        HelpName = "TIME" };
    private readonly Option<DateTimeOffset?> _until = new("--until") { Description = "Before this time.", HelpName = "TIME" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "Of callers of this tenant.", HelpName = "NAME" };
    private readonly Option<string?> _caller = new("--caller") { Description = "Of this key, or of oidc:NAME.", HelpName = "ID" };
    private readonly Option<string?> _about = new("--about")
    {
        Description = "About this job, model, evaluation, worker or tenant.", HelpName = "ID",
    };

    public AuditCommand(CliHost host) : base("audit", """
        List who did what, and check that no line of the files was changed, taken out or put in.

        Examples:
          saliency audit audit.jsonl --since 2026-11-30T08:00Z --tenant radiology
          saliency audit gateway-*.jsonl --about job-01ab --json
        """, host)
    {
        Add(_files);
        foreach (var option in (Option[])[_since, _until, _tenant, _caller, _about]) Add(option);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (since, until) = (arguments.GetValue(_since), arguments.GetValue(_until));
        var (tenant, caller, about) = (arguments.GetValue(_tenant), arguments.GetValue(_caller), arguments.GetValue(_about));
        var (found, broken) = (new List<AuditRecord>(), new List<(string File, string Why)>());
        var all = 0L;
        foreach (var file in arguments.GetRequiredValue(_files))
        {
            var why = AuditFile.Read(file, record =>
            {
                cancellation.ThrowIfCancellationRequested();
                all++;
                if (record.Time >= (since ?? DateTimeOffset.MinValue) && record.Time < (until ?? DateTimeOffset.MaxValue)
                    && (tenant ?? record.Tenant) == record.Tenant
                    && (caller ?? record.Caller) == record.Caller && (about is null || record.Subject.Values.Contains(about))) found.Add(record);
            });
            if (why is not null) broken.Add((file, why));
        }
        // Those of the same moment stay as they stand in their file.
        found = [.. found.OrderBy(r => r.Time)];
        if (host.Json)
            JsonPrinter.Print(host.Out, new { records = found, damaged = broken.Select(b => new { file = b.File, why = b.Why }) });
        else Print(host, found, all, broken.Count == 0);
        return broken is [var (damaged, reason), ..]
            ? throw new SaliencyException(
                "SAL2535", $"'{damaged}' was changed: {reason} What is listed of it ends before.",
                "Compare it with a copy, or with the gateway's log where Saliency:Gateway:Audit:Log is on.")
            : Task.FromResult(ExitCode.Ok);
    }

    private static void Print(CliHost host, IReadOnlyList<AuditRecord> records, long all, bool isWhole)
    {
        if (records.Count > 0)
        {
            TablePrinter.Print(host, ["time", "tenant", "caller", "call", "about", "outcome", "from"], records.Select(r => new[]
            {
                r.Time.ToString("u", CultureInfo.InvariantCulture), r.Tenant, r.Caller, r.Call,
                string.Join(' ', r.Subject.Select(s => $"{s.Key}={s.Value}")), r.Outcome, r.Address,
            }));
        }
        host.Out.WriteLine($"{records.Count} of {all} records{(isWhole ? "; each line follows from the one before" : "")}");
    }
}
