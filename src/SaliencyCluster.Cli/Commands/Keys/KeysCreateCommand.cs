using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Keys;

/// <summary><c>saliency keys create</c>: prints a new key, once, and adds its hash to the file.</summary>
internal sealed class KeysCreateCommand : CliCommand
{
    private readonly KeyFileOption _file = new();
    private readonly Option<string> _tenant = new("--tenant") { Description = "Whose models, jobs and results the key reaches.", Required = true, HelpName = "NAME" };
    private readonly Option<Role> _role = new("--role") { Description = "submit: the tenant's own things; operate: also the machines; admin: also what spans tenants.", Required = true };
    private readonly Option<string?> _id = new("--id") { Description = "Name of the key in lists, logs and errors. Default: made up.", HelpName = "ID" };
    private readonly Option<int?> _days = new("--days") { Description = "Days until it expires. Default: never.", HelpName = "N" };
    private readonly Option<long?> _points = new("--queued-points") { Description = "Most points of the tenant's unfinished jobs. Default: no limit.", HelpName = "N" };
    private readonly Option<long?> _bytes = new("--stored-bytes") { Description = "Most bytes that the tenant may store. Default: no limit.", HelpName = "N" };
    private readonly Option<int?> _jobs = new("--concurrent-jobs") { Description = "Most unfinished jobs of the tenant. Default: no limit.", HelpName = "N" };
    private readonly Option<double> _weight = new("--weight") { Description = "The tenant's share of the devices against other tenants.", DefaultValueFactory = _ => 1, HelpName = "W" };

    private readonly Option<string[]> _pools = new("--pool") { Description = "A pool of workers that the key may use; may be given several times, the first being its default. Default: every pool.", HelpName = "NAME" };

    public KeysCreateCommand(CliHost host) : base("create", "Make a key: printed once, stored as a hash.", host)
    {
        foreach (var option in (Option[])[_file, _tenant, _role, _id, _days, _points, _bytes, _jobs, _weight, _pools]) Add(option);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var id = arguments.GetValue(_id);
        if (id is not null && !ApiKey.IsId(id)) throw new SaliencyException("SAL2503", $"--id is '{id}'.", "It must be 1 to 40 letters, digits or '-'.");
        var key = ApiKey.Create(id);
        var entry = Entry(arguments, key, host.Clock.GetUtcNow());
        var file = arguments.GetRequiredValue(_file);
        KeyFileChange.Apply(file, keys => keys.Any(k => k.Id == key.Id)
            ? throw new SaliencyException("SAL2517", $"The file '{file}' has a key '{key.Id}' already.", "Choose another --id, or revoke that key and leave --id out.")
            : [.. keys, entry]);
        if (host.Json) JsonPrinter.Print(host.Out, new { key = key.Text, entry.Id, entry.Tenant, role = KeyText.Role(entry), entry.Expires });
        else
        {
            host.Out.WriteLine(key.Text);
            host.Error.WriteLine($"This is the key '{key.Id}' of tenant '{entry.Tenant}'. It is shown once; the file has only its hash.");
        }
        return Task.FromResult(ExitCode.Ok);
    }

    private KeyEntry Entry(ParseResult arguments, ApiKey key, DateTimeOffset now)
    {
        var tenant = arguments.GetRequiredValue(_tenant);
        if (!GrainKeys.IsName(tenant)) throw new SaliencyException("SAL2503", $"--tenant is '{tenant}'.", "It must be 1 to 100 letters, digits, '.', '_' or '-', not starting with '.'.");
        if (arguments.GetValue(_days) is { } days and (< 1 or > 36500)) throw new SaliencyException("SAL2503", $"--days is '{days}'.", "It must be from 1 to 36500.");
        var weight = arguments.GetValue(_weight);
        if (weight is not (>= 0.01 and <= 100)) throw new SaliencyException("SAL2503", FormattableString.Invariant($"--weight is '{weight}'."), "It must be from 0.01 to 100.");
        var pools = arguments.GetValue(_pools) ?? [];
        foreach (var pool in pools)
            if (!GrainKeys.IsName(pool)) throw new SaliencyException("SAL2503", $"--pool is '{pool}'.", "It must be 1 to 100 letters, digits, '.', '_' or '-', not starting with '.'.");
        var limits = new KeyLimits { QueuedPoints = Limit(arguments, _points), StoredBytes = Limit(arguments, _bytes), ConcurrentJobs = (int?)Limit(arguments, _jobs) };
        return new()
        {
            Id = key.Id,
            Tenant = tenant,
            Role = arguments.GetRequiredValue(_role),
            Hash = key.Hash,
            Created = now,
            Expires = arguments.GetValue(_days) is { } untilThen ? now.AddDays(untilThen) : null,
            Limits = limits == new KeyLimits() ? null : limits,
            Weight = weight,
            Pools = pools.Length == 0 ? null : pools,
        };
    }

    private static long? Limit<T>(ParseResult arguments, Option<T> option)
    {
        var value = arguments.GetValue(option) is { } given ? Convert.ToInt64(given, System.Globalization.CultureInfo.InvariantCulture) : (long?)null;
        return value is < 0 ? throw new SaliencyException("SAL2503", $"{option.Name} is '{value}'.", "It must be at least 0.") : value;
    }
}
