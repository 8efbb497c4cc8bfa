using System.CommandLine;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Keys;

/// <summary><c>saliency keys revoke ID</c>: the gateway refuses the key within seconds; the entry stays, so that errors can say why.</summary>
internal sealed class KeysRevokeCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The key's id, the part between the underscores." };
    private readonly KeyFileOption _file = new();

    public KeysRevokeCommand(CliHost host) : base("revoke", "Refuse a key from now on. Jobs that it submitted go on.", host)
    {
        Add(_id);
        Add(_file);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (id, file, now) = (arguments.GetRequiredValue(_id), arguments.GetRequiredValue(_file), host.Clock.GetUtcNow());
        KeyEntry? revoked = null;
        KeyFileChange.Apply(file, keys =>
        {
            var key = keys.FirstOrDefault(k => k.Id == id) ?? throw new SaliencyException(
                "SAL2518", $"The file '{file}' has no key '{id}'.", Suggestion.For(id, keys.Select(k => k.Id)) + $"List them: saliency keys list --file {file}");
            // A second call changes nothing: the first one tells when it really ended.
            revoked = key with { Revoked = key.Revoked ?? now };
            return [.. keys.Select(k => k.Id == id ? revoked : k)];
        });
        if (host.Json) JsonPrinter.Print(host.Out, KeyText.Json(revoked!, now));
        else host.Out.WriteLine($"The key '{id}' of tenant '{revoked!.Tenant}' is revoked since {KeyText.Time(revoked.Revoked)}.");
        return Task.FromResult(ExitCode.Ok);
    }
}
