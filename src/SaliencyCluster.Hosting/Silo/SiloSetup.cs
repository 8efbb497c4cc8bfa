using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime.MembershipService.SiloMetadata;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Registration;
using SaliencyCluster.Hosting.Tls;

namespace SaliencyCluster.Hosting.Silo;

/// <summary>The silo of a process, the same for gateways and workers except for its roles.</summary>
public static class SiloSetup
{
    /// <summary>Adds everything that does not depend on where state is kept: roles, placement, failure detection, grains of the roles.</summary>
    public static ISiloBuilder AddSaliencySilo(this ISiloBuilder silo, string roles, string pool, TimeProvider time)
    {
        silo.UseSiloMetadata(SiloNotes.Of(roles, pool, time.GetUtcNow()));
#pragma warning disable ORLEANSEXP003 // With the default directory every silo that leaves deactivates grains on all others.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(o =>
        {
            // With the default of 30 s some activations wait 20 s after a crash.
            o.RangeLeaseDuration = TimeSpan.FromSeconds(5);
            // Many times what is under way; the default remembers the addresses of a million images that are done.
            o.CacheSize = 20_000;
        });
        // Must be less than the minute after which what is left of an image that is done is collected.
        silo.Configure<GrainCollectionOptions>(o => o.CollectionQuantum = TimeSpan.FromSeconds(20));
        silo.Configure<ClusterMembershipOptions>(FailureDetection);
        silo.Configure<SiloMessagingOptions>(o => o.CancelRequestOnTimeout = true);
        // Two connections, so that probes do not queue behind tensors.
        silo.Configure<ConnectionOptions>(o => o.ConnectionsPerEndpoint = 2);
        silo.Services.AddSaliencyGrains(roles);
        // On every silo, since each tells of itself; nothing is measured while nobody looks.
        silo.AddDashboard(o => o.HideTrace = true); // the log names jobs and models of every tenant
        return silo;
    }

    internal static void AddEndpoints(this ISiloBuilder silo, ClusterSettings settings)
    {
        var address = IPAddress.Parse(settings.Address);
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (settings.ClusterId, settings.ClusterId));
        silo.Configure<SiloOptions>(o => o.SiloName = settings.SiloName);
        silo.Configure<EndpointOptions>(o =>
        {
            o.AdvertisedIPAddress = address;
            o.SiloPort = FreePort.Of(settings.SiloPort, address);
            o.GatewayPort = 0; // No external Orleans clients: they would learn of a dead silo only by a timeout.
            o.SiloListeningEndpoint = new(IPAddress.IsLoopback(address) ? address : Any(address.AddressFamily), o.SiloPort);
        });
    }

    internal static void AddPeerTls(this ISiloBuilder silo, PeerTlsSettings settings)
    {
        silo.Services.AddSingleton(s => new PeerTls(settings, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<PeerTls>>()));
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<PeerTls>((connections, tls) =>
        {
            var options = new TlsOptions();
            tls.Configure(options);
            connections.ConfigureSiloInboundConnection(c => c.UseServerTls(options));
            connections.ConfigureSiloOutboundConnection(c => c.UseClientTls(options));
        });
    }

    private static IPAddress Any(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    // A process that was killed is noticed in 2.4 s, one that hangs in 4.1 s.
    private static void FailureDetection(ClusterMembershipOptions o)
    {
        o.ProbeTimeout = TimeSpan.FromSeconds(1);
        o.MaxProbeTimeout = TimeSpan.FromSeconds(1.25);
        o.NumMissedProbesLimit = 3;
        // A silo that joins waits for every member it cannot reach until this is thrice over: a restart after a crash of all takes 6 s.
        o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(2);
        // Nobody tells the dead: a silo that was cut off or frozen reads here that it was given up, ends, and is started again. With the
        // default of a minute a healed worker was of no use for up to that long.
        o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
    }
}
