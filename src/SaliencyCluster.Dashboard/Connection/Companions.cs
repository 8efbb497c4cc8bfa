using System.Globalization;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Connection;

/// <summary>The jobs of one comparison of several models: the first has the comparison's own id, the others have it with ".2", ".3" and so on.</summary>
internal static class Companions
{
    // As many as a gateway takes unless it was told otherwise.
    private const int MaxJobs = 16;

    /// <summary>Gets the jobs of a comparison with a job among them, in their order; the job alone where it is part of none.</summary>
    public static async Task<IReadOnlyList<Job>> OfAsync(SaliencyClient client, Job job, CancellationToken cancellation)
    {
        var (start, own) = Split(job.JobId);
        var found = new List<Job>();
        for (var place = 1; place <= MaxJobs; place++)
        {
            if (place == own) found.Add(job);
            else if (await FindAsync(client, place == 1 ? start : $"{start}.{place}", cancellation) is not { } other)
            {
                if (place > own) break;
            }
            else if (IsOfOneComparison(job, other)) found.Add(other);
        }
        return found;
    }

    /// <summary>Gets the methods of a job as a title: its own, or how many are compared.</summary>
    public static string Methods(Job job) => job.Compared.Count == 0 ? job.Options.Method : $"{job.Compared.Count + 1} methods";

    private static (string Start, int Place) Split(string id)
    {
        var dot = id.LastIndexOf('.');
        return dot > 0 && int.TryParse(id.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place is >= 2 and <= MaxJobs
            ? (id[..dot], place)
            : (id, 1);
    }

    // A name alone proves nothing: users choose names too.
    private static bool IsOfOneComparison(Job a, Job b) => a.Images == b.Images && Asked(a).SequenceEqual(Asked(b));

    private static IEnumerable<string> Asked(Job job) => job.Compared.Prepend(job.Options).Select(o => o.Method);

    private static async Task<Job?> FindAsync(SaliencyClient client, string id, CancellationToken cancellation)
    {
        try
        {
            return await client.Jobs.GetAsync(id, cancellation);
        }
        catch (GatewayException missing) when (missing.Status == Grpc.Core.StatusCode.NotFound)
        {
            return null;
        }
    }
}
